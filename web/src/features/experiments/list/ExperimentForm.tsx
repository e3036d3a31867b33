import { TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useLocation } from "wouter";
import { api, type Schemas } from "../../../api/client";
import { apiCommand } from "../../../state/apiCommand";
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

/** Gives an experiment another name; its id and its runs stay. */
export function RenameExperiment({ experiment }: { experiment: Schemas["ExperimentItem"] }) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const form = useServerForm({
    initial: { name: experiment.name },
    send: (values, dryRun) =>
      api.PATCH("/api/v1/experiments/{experiment}", {
        params: { path: { experiment: experiment.id }, query: { dry_run: dryRun } },
        body: values,
      }),
    onDone: () => {
      dialog.close();
      tell(`It is called ${middle(form.values.name, 40)} now.`);
    },
  });
  return (
    <FormDialog
      label="Rename"
      button={{ variant: "subtle", size: "compact-sm" }}
      title={`Rename ${middle(experiment.name, 40)}`}
      opened={opened}
      open={dialog.open}
      close={() => {
        dialog.close();
        form.setValues({ name: experiment.name });
      }}
      permission="experiment:write"
      team={team}
      cli={apiCommand("PATCH", `/api/v1/experiments/${experiment.id}`, form.values)}
      submitLabel="Rename"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      <TextInput
        label="Name"
        description="Code that names the experiment must use the new name; its id stays."
        required
        data-autofocus
        value={form.values.name}
        error={form.errorOf("name")}
        onChange={(event) => form.set("name", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
