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
import type { KeyValue } from "./KeyValues";

/** Adds a tag, or changes the value of one. */
export function TagForm({ run, tag }: { run: Run; tag?: KeyValue }) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const bodyOf = (values: { name: string; value: string }) => ({ tags: { [values.name.trim()]: values.value } });
  const form = useServerForm({
    initial: { name: tag?.name ?? "", value: tag?.value ?? "" },
    send: (values, dryRun) =>
      api.PATCH("/api/v1/runs/{run}", {
        params: { path: { run: run.id }, query: { dry_run: dryRun } },
        // A new tag stands beside whatever others change; a changed one must not undo what was just written.
        ...(tag ? { headers: { "If-Match": run.version } } : {}),
        body: bodyOf(values),
      }),
    onDone: () => {
      dialog.close();
      tell("The tag is saved.");
      if (!tag) form.reset();
    },
  });
  const now = tag?.value ?? "";
  const mine = form.values.value;
  const { base, hasConflict, rebase } = useTextEdit({ now, mine, refusal: form.refusal, path: "/api/v1/runs/{run}" });
  const settle = (value: string) => {
    rebase();
    form.reset();
    form.setValues({ name: tag?.name ?? "", value });
  };
  return (
    <FormDialog
      label={tag ? "Change" : "Add a tag"}
      button={{ variant: "subtle", size: tag ? "compact-xs" : "compact-sm" }}
      title={tag ? `Tag ${middle(tag.name, 40)}` : "Add a tag"}
      opened={opened}
      open={() => {
        if (tag) settle(now);
        dialog.open();
      }}
      close={dialog.close}
      permission="run:write"
      team={team}
      cli={nounCommand("update", "run", run.id, {
        tags: JSON.stringify(bodyOf(form.values).tags),
        "if-match": tag && run.version,
      })}
      submitLabel="Save"
      submit={() => {
        if (!(tag && hasConflict)) form.submit();
      }}
      isSending={form.isSending}
      problem={form.refusal?.isConflict ? undefined : form.refusal}
    >
      {tag && hasConflict && (
        <Conflict
          fields={[{ name: "value", label: "Value", base, theirs: now, mine }]}
          onResolve={(chosen) => settle(chosen.value ?? now)}
          onDiscard={() => settle(now)}
        />
      )}
      {!tag && (
        <TextInput
          label="Name"
          required
          data-autofocus
          value={form.values.name}
          onChange={(event) => form.set("name", event.currentTarget.value)}
        />
      )}
      <TextInput
        label="Value"
        data-autofocus={tag !== undefined || undefined}
        value={mine}
        onChange={(event) => form.set("value", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
