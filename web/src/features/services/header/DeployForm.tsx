import { Button, Checkbox, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useEffect } from "react";
import type { Schemas } from "../../../api/client";
import { CommandLine } from "../../../widgets/CommandLine";
import { Refusal } from "../../../widgets/Refusal";
import { Forecast } from "../../../widgets/rollouts/Forecast";
import { commandOf, referenceOf } from "./deployValues";
import { ModelChooser } from "./ModelChooser";
import { useDeployForm } from "./useDeployForm";

const STRATEGIES = [
  { value: "", label: "As the service is set" },
  { value: "canary", label: "Step by step" },
  { value: "all_at_once", label: "All at once" },
];

const ABOUT: Record<string, string> = {
  "": "The settings of the service say how; step by step when they say nothing.",
  canary:
    "A small share of the traffic first. It grows while nothing bad is shown, and goes back by itself when harm is.",
  all_at_once: "All traffic as soon as it is loaded, with no evidence to wait for. Rolling back stays possible.",
};

/** Chooses what is released and how, and says what to expect before anything happens. */
export function DeployForm({
  service,
  reference,
  close,
}: {
  service: Schemas["ServiceView"] | undefined;
  reference: string | undefined;
  close: () => void;
}) {
  const { form, checked } = useDeployForm(service?.name, reference, close);
  const { values, set, errorOf } = form;
  // A link brought a model along: what to expect of it is asked at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the form opens.
  useEffect(() => {
    if (reference !== undefined) set("version", values.version);
  }, []);
  const isServed = values.again || checked.problem?.code === "rollouts.unchanged";
  const isReady = referenceOf(values) !== undefined && values.service !== "";
  const refusal = form.refusal ?? checked.problem;
  const strategy = STRATEGIES.find(({ value }) => value === values.strategy)?.value ?? "";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <Stack gap="md">
        {!service && <NewService form={form} />}
        <ModelChooser
          model={values.model}
          version={values.version}
          onModel={(model) => set("model", model)}
          onVersion={(version) => set("version", version)}
          error={errorOf("model")}
        />
        <div>
          <Text size="sm" fw={500} mb={4} id="strategy">
            How traffic moves
          </Text>
          <SegmentedControl
            aria-labelledby="strategy"
            size="sm"
            data={STRATEGIES}
            value={strategy}
            onChange={(next) => set("strategy", next === "canary" || next === "all_at_once" ? next : "")}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {ABOUT[strategy]}
          </Text>
        </div>
        {values.strategy !== "all_at_once" && (
          <TextInput
            label="Steps"
            description="Rising shares of the traffic; those of the service when empty"
            placeholder="5%, 25%, 50%"
            value={values.steps}
            error={errorOf("steps")}
            onChange={(event) => set("steps", event.currentTarget.value)}
          />
        )}
        {isServed && (
          <Checkbox
            label="Deploy it although the service has it already, as a new revision"
            checked={values.again}
            onChange={(event) => set("again", event.currentTarget.checked)}
          />
        )}
        {checked.plan && isReady && (
          <Forecast plan={checked.plan} onFirstStep={(percent) => set("steps", withFirstStep(checked.plan, percent))} />
        )}
        {refusal && isReady && <Refusal error={refusal} title="This would be refused" />}
        <CommandLine command={commandOf(values)} label="Copy as CLI" />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={form.isSending} disabled={!isReady}>
            Deploy
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The agreed steps with a larger first one. */
function withFirstStep(plan: Schemas["RolloutView"] | undefined, percent: number): string {
  const later = (plan?.steps_percent ?? []).filter((step) => step > percent);
  return [percent, ...later].map((step) => `${step}%`).join(", ");
}

function NewService({ form }: { form: ReturnType<typeof useDeployForm>["form"] }) {
  return (
    <Group grow align="start">
      <TextInput
        label="Service"
        description="Made when it is new: small letters, digits, hyphens"
        placeholder="churn"
        required
        value={form.values.service}
        error={form.errorOf("service")}
        onChange={(event) => form.set("service", event.currentTarget.value.trim())}
      />
      <TextInput
        label="Project"
        description="Of a new service; your own when empty"
        placeholder="default"
        value={form.values.project}
        error={form.errorOf("project")}
        onChange={(event) => form.set("project", event.currentTarget.value.trim())}
      />
    </Group>
  );
}
