import { TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { middle, shellWord } from "../../../state/format";
import { useSession } from "../../../state/session";
import { useAddress } from "../../../state/url";
import { FormDialog } from "../../../widgets/FormDialog";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";

/** Makes an experiment and goes there. */
export function CreateExperiment() {
  const [opened, dialog] = useDisclosure(false);
  const [, navigate] = useLocation();
  const address = useAddress();
  const { team } = useSession();
  const form = useServerForm({
    initial: { name: "" },
    send: (values, dryRun) => api.POST("/api/v1/experiments", { params: { query: { dry_run: dryRun } }, body: values }),
    onDone: ({ data }) => {
      dialog.close();
      tell(`The experiment ${middle(form.values.name, 40)} is there.`);
      form.reset();
      if (data) navigate(address(`/experiments/${encodeURIComponent(data.id)}`));
    },
  });
  return (
    <FormDialog
      label="New experiment"
      title="New experiment"
      opened={opened}
      open={dialog.open}
      close={dialog.close}
      permission="experiment:write"
      team={team}
      cli={`roadbed create experiment ${shellWord(form.values.name || "NAME")}`}
      submitLabel="Create"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      <TextInput
        label="Name"
        description="What the runs in it have in common, such as churn-search. Unique in the team."
        required
        data-autofocus
        value={form.values.name}
        error={form.errorOf("name")}
        onChange={(event) => form.set("name", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
