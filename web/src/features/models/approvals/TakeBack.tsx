import { Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api, type Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { FormDialog } from "../../../widgets/FormDialog";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";

export interface VersionPath {
  model: string;
  version: string;
}

interface TakeBackProps {
  path: VersionPath;
  /** `churn/3`. */
  reference: string;
  approval: Schemas["ApprovalItem"];
}

/** Ends an approval, and says why. */
export function TakeBack({ path, reference, approval }: TakeBackProps) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const { id, person, alias } = approval;
  const form = useServerForm({
    initial: { because: "" },
    send: ({ because }, dryRun) =>
      api.DELETE("/api/v1/models/{model}/versions/{version}/approvals/{approval}", {
        params: {
          path: { ...path, approval: id },
          query: { dry_run: dryRun, ...(because.trim() === "" ? {} : { because }) },
        },
      }),
    onDone: () => {
      dialog.close();
      tell("The approval is taken back.");
    },
  });
  return (
    <FormDialog
      label="Take back"
      button={{ variant: "subtle", color: "red", size: "compact-xs" }}
      title={`Take back the approval of ${middle(person, 40)}?`}
      opened={opened}
      open={() => {
        form.reset();
        dialog.open();
      }}
      close={dialog.close}
      permission="approval:give"
      team={team}
      cli={nounCommand("delete", "approval", reference, {
        approval: id,
        because: form.values.because.trim() || undefined,
      })}
      submitLabel="Take it back"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      <Textarea
        label="Why"
        description="For those who ask later"
        autosize
        minRows={2}
        maxRows={8}
        data-autofocus
        value={form.values.because}
        error={form.errorOf("because")}
        onChange={(event) => form.set("because", event.currentTarget.value)}
      />
      <Text size="sm">
        It counts no more for <bdi>@{middle(alias, 40)}</bdi>, and stays on record with this reason. An alias that names
        the version already stays where it is: move it as well if the version must not be used.
      </Text>
    </FormDialog>
  );
}
