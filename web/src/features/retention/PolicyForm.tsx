import { Select, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { api, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { FormDialog } from "../../widgets/FormDialog";
import { tell } from "../../widgets/toast";
import { useServerForm } from "../../widgets/useServerForm";
import { Forecast } from "./Forecast";
import { daysOf } from "./toll";
import { scopeWords, TEAM } from "./useScopes";

type Page = Schemas["PolicyPage"];

interface PolicyFormProps {
  /** The policy that is changed; absent when a new one is made. */
  policy?: Schemas["PolicyItem"];
  scopes: { value: string; label: string }[];
  /** Scopes that have a policy already. */
  taken: string[];
}

/** Sets how long runs are kept. While it is filled in, the server says what would go. */
export function PolicyForm({ policy, scopes, taken }: PolicyFormProps) {
  const [opened, dialog] = useDisclosure(false);
  const [foreseen, setForeseen] = useState<Page | undefined>();
  const { team } = useSession();
  const free = scopes.filter(({ value }) => !taken.includes(value));
  const form = useServerForm({
    initial: {
      // The team's is offered; which experiment is meant is nobody's guess.
      scope: policy?.scope ?? (taken.includes(TEAM) ? "" : TEAM),
      delete_after_days: String(policy?.delete_after_days ?? ""),
      purge_after_days: String(policy?.purge_after_days ?? ""),
    },
    send: async (values, dryRun) => {
      // What was foreseen before says nothing about a policy that cannot be.
      if (dryRun) setForeseen(undefined);
      if (values.scope === "") {
        throw new Problem({ code: "retention.scope", detail: "choose whose runs are meant", field: "scope" }, 400);
      }
      const { data } = await api.PUT("/api/v1/retention/{scope}", {
        params: { path: { scope: values.scope }, query: { dry_run: dryRun } },
        headers: policy ? { "If-Match": policy.version } : {},
        body: {
          delete_after_days: daysOf(values.delete_after_days),
          purge_after_days: daysOf(values.purge_after_days),
        },
      });
      if (dryRun) setForeseen(data);
    },
    onDone: () => {
      dialog.close();
      tell("The policy is set. Runs go at its next pass.");
    },
  });
  const { values } = form;
  const days = (name: "delete_after_days" | "purge_after_days", label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      type="number"
      min={1}
      max={36_500}
      placeholder="never"
      value={values[name]}
      error={form.errorOf(name)}
      onChange={(event) => form.set(name, event.currentTarget.value)}
    />
  );
  return (
    <FormDialog
      label={policy ? "Change" : "New policy"}
      button={{ size: "compact-sm", variant: policy ? "subtle" : "default" }}
      title={
        policy ? `How long runs are kept: ${middle(scopeWords(scopes, policy.scope), 40)}` : "Keep runs for a while"
      }
      opened={opened}
      open={() => {
        form.reset();
        setForeseen(undefined);
        dialog.open();
      }}
      close={dialog.close}
      permission="retention:govern"
      team={team}
      cli={nounCommand(policy ? "update" : "create", "retention", values.scope || "SCOPE", {
        "delete-after-days": values.delete_after_days || undefined,
        "purge-after-days": values.purge_after_days || undefined,
        "if-match": policy?.version,
      })}
      submitLabel="Set the policy"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      {!policy && (
        <Select
          label="Runs of"
          data={free}
          value={values.scope === "" ? null : values.scope}
          placeholder="Choose an experiment"
          error={form.errorOf("scope")}
          searchable
          allowDeselect={false}
          limit={100}
          onChange={(next) => form.set("scope", next ?? "")}
        />
      )}
      {days("delete_after_days", "Delete runs that ended so many days ago", "They leave the lists and can be restored")}
      {days(
        "purge_after_days",
        "Purge what has been deleted for so many days",
        "It goes for good, with points, traces and files",
      )}
      {foreseen ? (
        <Forecast policy={foreseen} />
      ) : (
        <Text size="sm" c="dimmed">
          Write a number of days, and what would go is told here before anything does.
        </Text>
      )}
    </FormDialog>
  );
}
