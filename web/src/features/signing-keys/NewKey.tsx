import { Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api } from "../../api/client";
import { middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { FormDialog } from "../../widgets/FormDialog";
import { tell } from "../../widgets/toast";
import { useServerForm } from "../../widgets/useServerForm";

/** Makes a key, which signs from then on. `current` is the name of the one that signs now. */
export function NewKey({ current }: { current: string | undefined }) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const form = useServerForm({
    initial: { name: "" },
    send: ({ name }, dryRun) =>
      api.POST("/api/v1/signing-keys", { params: { query: { dry_run: dryRun } }, body: { name: name.trim() } }),
    onDone: () => {
      dialog.close();
      tell(`The key ${middle(form.values.name.trim(), 40)} signs from now on.`);
    },
  });
  return (
    <FormDialog
      label="New key"
      button={{ size: "compact-sm", variant: "default" }}
      title="Make a new signing key"
      opened={opened}
      open={() => {
        form.reset();
        dialog.open();
      }}
      close={dialog.close}
      permission="signature:govern"
      team={team}
      cli={nounCommand("create", "signing-key", form.values.name.trim() || "NAME")}
      submitLabel="Make the key"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      <TextInput
        label="Name"
        description="For people, such as the year"
        required
        data-autofocus
        value={form.values.name}
        error={form.errorOf("name")}
        onChange={(event) => form.set("name", event.currentTarget.value)}
      />
      <Text size="sm">
        {current === undefined ? (
          "Versions are signed with it from now on. Its private half stays sealed on the server and is never shown."
        ) : (
          <>
            Versions are signed with it from now on, and <bdi>{middle(current, 40)}</bdi> signs no more. What that one
            signed stays good: nothing has to be signed again. Give the new public half to those who check.
          </>
        )}
      </Text>
    </FormDialog>
  );
}
