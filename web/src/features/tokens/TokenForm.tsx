import { Alert, Modal, Select, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, query } from "../../api/client";
import { shellWord } from "../../state/format";
import { useUrlState } from "../../state/url";
import { CommandLine } from "../../widgets/CommandLine";
import { FormDialog } from "../../widgets/FormDialog";
import { useServerForm } from "../../widgets/useServerForm";

const LIFETIMES = [
  { value: "1d", label: "1 day" },
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
  { value: "365d", label: "1 year" },
  { value: "", label: "No end" },
];

interface Values {
  name: string;
  project: string;
  actions: string[];
  expires_in: string;
}

const INITIAL: Values = { name: "", project: "", actions: [], expires_in: "30d" };

function commandOf(values: Values): string {
  const parts = ["roadbed create token", shellWord(values.name || "NAME")];
  if (values.project) parts.push(`--project ${shellWord(values.project)}`);
  if (values.actions.length > 0) parts.push(`--actions ${shellWord(values.actions.join(","))}`);
  if (values.expires_in) parts.push(`--expires-in ${values.expires_in}`);
  return parts.join(" ");
}

/** Makes a token and shows its text, this once. */
export function TokenForm() {
  const { get, set } = useUrlState();
  const [secret, setSecret] = useState<string | undefined>();
  const projects = query.useQuery(
    "get",
    "/api/v1/projects",
    { params: { query: { limit: 200 } } },
    { staleTime: 60_000 },
  );
  const form = useServerForm({
    initial: INITIAL,
    send: async (values, dryRun) => {
      const body = {
        name: values.name,
        project: values.project || null,
        actions: values.actions.length > 0 ? values.actions : null,
        expires_in: values.expires_in || null,
      };
      const { data } = await api.POST("/api/v1/tokens", { params: { query: { dry_run: dryRun } }, body });
      return data;
    },
    onDone: (made) => {
      set({ new: undefined });
      setSecret(made?.token ?? undefined);
    },
  });
  return (
    <>
      <FormDialog
        label="New token"
        title="New token"
        opened={get("new") === "1"}
        open={() => set({ new: "1" })}
        close={() => set({ new: undefined })}
        permission="token:write"
        cli={commandOf(form.values)}
        submitLabel="Create"
        submit={form.submit}
        isSending={form.isSending}
        problem={form.problem}
      >
        <TextInput
          label="Name"
          description="What it is for, such as nightly-training"
          required
          data-autofocus
          value={form.values.name}
          error={form.errorOf("name")}
          onChange={(event) => form.set("name", event.currentTarget.value)}
        />
        <Select
          label="Project"
          description="Narrows it to one project"
          clearable
          placeholder="Everything you reach"
          data={[...new Set((projects.data?.items ?? []).map((project) => project.name))]}
          value={form.values.project || null}
          error={form.errorOf("project")}
          onChange={(project) => form.set("project", project ?? "")}
        />
        <TagsInput
          label="Actions"
          description="Narrows it further, such as job:submit or run:*"
          value={form.values.actions}
          error={form.errorOf("actions")}
          onChange={(actions) => form.set("actions", actions)}
        />
        <Select
          label="Lifetime"
          data={LIFETIMES}
          allowDeselect={false}
          value={form.values.expires_in}
          error={form.errorOf("expires_in")}
          onChange={(lifetime) => form.set("expires_in", lifetime ?? "")}
        />
      </FormDialog>
      <Modal
        opened={secret !== undefined}
        onClose={() => {
          setSecret(undefined);
          form.reset();
        }}
        title="Your new token"
        centered
        closeOnClickOutside={false}
      >
        <Stack gap="sm">
          <Alert color="yellow" variant="light" title="Copy it now">
            It is shown this once and cannot be read again.
          </Alert>
          <CommandLine command={secret ?? ""} label="Copy the token" />
          <Text size="sm">Use it in a terminal or as MLflow's token:</Text>
          <CommandLine
            command={`export ROADBED_URL=${location.origin}\nexport ROADBED_TOKEN=${secret}\nexport MLFLOW_TRACKING_URI=$ROADBED_URL MLFLOW_TRACKING_TOKEN=$ROADBED_TOKEN`}
          />
        </Stack>
      </Modal>
    </>
  );
}
