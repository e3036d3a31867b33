import { TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Conflict } from "../../../widgets/Conflict";
import { FormDialog } from "../../../widgets/FormDialog";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";
import { useTextEdit } from "../../../widgets/useTextEdit";
import type { Run } from "../useRun";

/** Gives the run another name. Somebody else's new name is not undone by accident. */
export function RenameRun({ run }: { run: Run }) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const form = useServerForm({
    initial: { name: run.name },
    send: (values, dryRun) =>
      api.PATCH("/api/v1/runs/{run}", {
        params: { path: { run: run.id }, query: { dry_run: dryRun } },
        headers: { "If-Match": run.version },
        body: values,
      }),
    onDone: () => {
      dialog.close();
      tell(`The run is called ${middle(form.values.name, 40)} now.`);
    },
  });
  const mine = form.values.name;
  const { base, hasConflict, rebase } = useTextEdit({
    now: run.name,
    mine,
    refusal: form.refusal,
    path: "/api/v1/runs/{run}",
  });
  const settle = (name: string) => {
    rebase();
    form.reset();
    form.setValues({ name });
  };
  return (
    <FormDialog
      label="Rename"
      button={{ variant: "subtle", size: "compact-sm" }}
      title="Rename the run"
      opened={opened}
      open={() => {
        settle(run.name);
        dialog.open();
      }}
      close={dialog.close}
      permission="run:write"
      team={team}
      cli={nounCommand("update", "run", run.id, { ...form.values, "if-match": run.version })}
      submitLabel="Rename"
      submit={() => {
        if (!hasConflict) form.submit();
      }}
      isSending={form.isSending}
      problem={form.problem?.isConflict ? undefined : form.problem}
    >
      {hasConflict && (
        <Conflict
          fields={[{ name: "name", label: "Name", base, theirs: run.name, mine }]}
          onResolve={(chosen) => settle(chosen.name ?? run.name)}
          onDiscard={() => settle(run.name)}
        />
      )}
      <TextInput
        label="Name"
        description="Names need not be unique; the id stays."
        required
        data-autofocus
        value={mine}
        error={form.errorOf("name")}
        onChange={(event) => form.set("name", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
