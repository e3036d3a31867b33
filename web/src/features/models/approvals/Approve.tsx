import { Autocomplete, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api } from "../../../api/client";
import { middle } from "../../../state/format";
import { verbCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { FormDialog } from "../../../widgets/FormDialog";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";

interface ApproveProps {
  path: { model: string; version: string };
  /** `churn/3`. */
  reference: string;
  /** Those that ask for something. */
  aliases: string[];
}

/** Agrees that an alias may name the version. */
export function Approve({ path, reference, aliases }: ApproveProps) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const form = useServerForm({
    initial: { alias: aliases[0] ?? "", comment: "" },
    send: (values, dryRun) =>
      api.POST("/api/v1/models/{model}/versions/{version}/approvals", {
        params: { path, query: { dry_run: dryRun } },
        body: { alias: values.alias.trim(), comment: values.comment },
      }),
    onDone: () => {
      dialog.close();
      tell(`You approved ${middle(reference, 40)} as @${middle(form.values.alias, 40)}.`);
    },
  });
  const { values } = form;
  return (
    <FormDialog
      label="Approve"
      button={{ size: "compact-sm", variant: "default" }}
      title={`Approve ${middle(reference, 50)}`}
      opened={opened}
      open={() => {
        form.reset();
        dialog.open();
      }}
      close={dialog.close}
      permission="approval:give"
      team={team}
      cli={verbCommand("approve", reference, {
        alias: values.alias.trim() || "ALIAS",
        comment: values.comment || undefined,
      })}
      submitLabel="Approve"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      <Autocomplete
        label="As"
        description="The alias that may name this version"
        required
        data={aliases}
        value={values.alias}
        error={form.errorOf("alias")}
        onChange={(next) => form.set("alias", next)}
      />
      <Textarea
        label="What you looked at"
        description="For those who ask later"
        autosize
        minRows={2}
        maxRows={8}
        data-autofocus
        value={values.comment}
        error={form.errorOf("comment")}
        onChange={(event) => form.set("comment", event.currentTarget.value)}
      />
      <Text size="sm">
        It rests on the files and the measurements as they are now: when a measurement changes, it ends by itself.
        Approving moves no alias.
      </Text>
    </FormDialog>
  );
}
