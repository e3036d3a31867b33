import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useLocation } from "wouter";
import { api, type Schemas } from "../../api/client";
import { shellWord } from "../../state/format";
import { useSession } from "../../state/session";
import { useAddress } from "../../state/url";
import { CommandLine } from "../../widgets/CommandLine";
import { Refusal } from "../../widgets/Refusal";
import { tell } from "../../widgets/toast";
import { useServerForm } from "../../widgets/useServerForm";
import { changedParameters } from "./parameters";

/** Runs the same code again, with other parameters or resources. */
export function RerunForm({ job }: { job: Schemas["JobView"] }) {
  const [opened, dialog] = useDisclosure(false);
  const { can } = useSession();
  const [, navigate] = useLocation();
  const address = useAddress();
  const texts = Object.fromEntries(
    Object.entries(job.parameters).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const form = useServerForm({
    initial: texts as Record<string, string>,
    send: async (values, dryRun) => {
      const body = { parameters: changedParameters(job.parameters, values) };
      const { data } = await api.POST("/api/v1/jobs/{id}/rerun", {
        params: { path: { id: job.id }, query: { dry_run: dryRun } },
        body,
      });
      return data;
    },
    onDone: (made) => {
      dialog.close();
      tell("The job is submitted.");
      if (made) navigate(address(`/jobs/${made.id}`));
    },
  });
  if (!can("job:submit", job.team)) return null;
  const changed = changedParameters(job.parameters, form.values);
  const flags = Object.entries(changed).map(
    ([name, value]) => ` -p ${shellWord(`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)}`,
  );
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        Run again
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={`Run ${job.name.slice(0, 60)} again`} centered returnFocus>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            form.submit();
          }}
        >
          <Stack gap="sm">
            <Text size="sm">The same code and environment. Change what should be different.</Text>
            {Object.keys(texts).map((name) => (
              <TextInput
                key={name}
                label={name}
                value={form.values[name] ?? ""}
                error={form.errorOf(name) ?? form.errorOf(`parameters.${name}`)}
                onChange={(event) => form.set(name, event.currentTarget.value)}
              />
            ))}
            <CommandLine command={`roadbed run --again ${job.id}${flags.join("")}`} label="Copy as CLI" />
            {form.refusal && <Refusal error={form.refusal} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={dialog.close}>
                Cancel
              </Button>
              <Button type="submit" loading={form.isSending}>
                Run
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
