import { TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api, type Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Conflict } from "../../../widgets/Conflict";
import { FormDialog } from "../../../widgets/FormDialog";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";
import { useTextEdit } from "../../../widgets/useTextEdit";

/** Gives an experiment another name; its id and its runs stay. */
export function RenameExperiment({ experiment }: { experiment: Schemas["ExperimentItem"] }) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const now = experiment.name;
  const form = useServerForm({
    initial: { name: now },
    send: (values, dryRun) =>
      api.PATCH("/api/v1/experiments/{experiment}", {
        params: { path: { experiment: experiment.id }, query: { dry_run: dryRun } },
        headers: { "If-Match": experiment.version },
        body: values,
      }),
    onDone: () => {
      dialog.close();
      tell(`It is called ${middle(form.values.name, 40)} now.`);
    },
  });
  const mine = form.values.name;
  const path = "/api/v1/experiments/{experiment}";
  const { base, hasConflict, rebase } = useTextEdit({ now, mine, refusal: form.refusal, path });
  const settle = (name: string) => {
    rebase();
    form.reset();
    form.setValues({ name });
  };
  return (
    <FormDialog
      label="Rename"
      button={{ variant: "subtle", size: "compact-sm" }}
      title={`Rename ${middle(now, 40)}`}
      opened={opened}
      open={() => {
        settle(now);
        dialog.open();
      }}
      close={dialog.close}
      permission="experiment:write"
      team={team}
      cli={nounCommand("update", "experiment", experiment.id, {
        name: form.values.name,
        "if-match": String(experiment.version),
      })}
      submitLabel="Rename"
      submit={() => {
        if (!hasConflict) form.submit();
      }}
      isSending={form.isSending}
      problem={form.problem?.isConflict ? undefined : form.problem}
    >
      {hasConflict && (
        <Conflict
          fields={[{ name: "name", label: "Name", base, theirs: now, mine }]}
          onResolve={(chosen) => settle(chosen.name ?? now)}
          onDiscard={() => settle(now)}
        />
      )}
      <TextInput
        label="Name"
        description="Code that names the experiment must use the new name; its id stays."
        required
        data-autofocus
        value={mine}
        error={form.errorOf("name")}
        onChange={(event) => form.set("name", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
