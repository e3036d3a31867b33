import { Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { useAddress } from "../../../state/url";
import { FormDialog } from "../../../widgets/FormDialog";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";

/** Registers a name. Its versions come from runs. */
export function NewModel() {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const [, navigate] = useLocation();
  const address = useAddress();
  const form = useServerForm({
    initial: { name: "", description: "" },
    send: (values, dryRun) => api.POST("/api/v1/models", { params: { query: { dry_run: dryRun } }, body: values }),
    onDone: () => {
      const { name } = form.values;
      dialog.close();
      form.reset();
      tell(`The model ${middle(name, 40)} is registered.`);
      navigate(address(`/models/${encodeURIComponent(name)}`));
    },
  });
  return (
    <FormDialog
      label="New model"
      title="New model"
      opened={opened}
      open={dialog.open}
      close={dialog.close}
      permission="model:write"
      team={team}
      cli={nounCommand("create", "model", form.values.name || "NAME", {
        description: form.values.description || undefined,
      })}
      submitLabel="Register"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      <TextInput
        label="Name"
        description="Such as churn or credit-risk; anything but / and :"
        required
        data-autofocus
        value={form.values.name}
        error={form.errorOf("name")}
        onChange={(event) => form.set("name", event.currentTarget.value)}
      />
      <Textarea
        label="Description"
        description="What it predicts, from what, and for whom"
        autosize
        minRows={2}
        maxRows={8}
        value={form.values.description}
        error={form.errorOf("description")}
        onChange={(event) => form.set("description", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
