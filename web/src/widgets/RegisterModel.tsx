import { Autocomplete, Button, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo } from "react";
import { api, query } from "../api/client";
import { middle } from "../state/format";
import { nounCommand } from "../state/nounCommand";
import { useAddress } from "../state/url";
import { CommandLine } from "./CommandLine";
import { Empty } from "./Empty";
import { Loaded } from "./Loaded";
import { Refusal } from "./Refusal";
import { tell } from "./toast";
import { useServerForm } from "./useServerForm";

interface RegisterModelProps {
  run: string;
  runName: string;
  close: () => void;
}

/** Something of the run that can become a version of a model. */
interface Candidate {
  value: string;
  label: string;
  body: { path: string } | { logged_model: string };
}

/** A logged model whose files are all there. */
const READY = "LOGGED_MODEL_READY";
/** Names offered while one is typed. */
const OFFERED = 20;

/** Makes what a run logged the next version of a registered model; a new name makes the model. */
export function RegisterModel({ run, runName, close }: RegisterModelProps) {
  const { found, files, candidates } = useCandidates(run);
  return (
    <Modal opened onClose={close} title={`Register a model of ${middle(runName, 40)}`} centered>
      <Loaded query={found}>
        {() => (
          <Loaded query={files}>
            {() => (candidates.length === 0 ? <NoModel /> : <Form run={run} candidates={candidates} close={close} />)}
          </Loaded>
        )}
      </Loaded>
    </Modal>
  );
}

/** Logged models of the run, and folders among its files that hold a model. */
function useCandidates(run: string) {
  const found = query.useQuery("get", "/api/v1/runs/{run}", { params: { path: { run } } });
  const files = query.useQuery("get", "/api/v1/runs/{run}/artifacts", { params: { path: { run } } });
  const candidates = useMemo(() => {
    const logged: Candidate[] = (found.data?.logged_models ?? [])
      .filter((model) => model.status === READY)
      .map((model) => ({
        value: `logged ${model.id}`,
        label: `${middle(model.name || model.id, 50)} (logged model)`,
        body: { logged_model: model.id },
      }));
    // The folder of a logged model is the same thing once more.
    const told = new Set((found.data?.logged_models ?? []).map(({ path }) => path));
    const folders: Candidate[] = (files.data?.items ?? [])
      .filter((file) => file.is_folder && file.kind === "model" && !told.has(file.path))
      .map((file) => ({
        value: `path ${file.path}`,
        label: `${middle(file.path, 50)} (folder)`,
        body: { path: file.path },
      }));
    return [...logged, ...folders];
  }, [found.data, files.data]);
  return { found, files, candidates };
}

function NoModel() {
  return (
    <Empty title="The run logged no model" command={'mlflow.sklearn.log_model(model, name="model")'}>
      A model that the training code logs can be registered, and then deployed as a service.
    </Empty>
  );
}

function Form({ run, candidates, close }: { run: string; candidates: Candidate[]; close: () => void }) {
  const address = useAddress();
  const form = useServerForm({
    initial: { model: "", source: candidates[0]?.value ?? "", description: "" },
    send: async ({ model, source, description }, dryRun) => {
      const body = { run, description, ...candidates.find(({ value }) => value === source)?.body };
      const params = { path: { model: model.trim() }, query: { dry_run: dryRun } };
      return (await api.POST("/api/v1/models/{model}/versions", { params, body })).data;
    },
    onDone: (made) => {
      const name = form.values.model.trim();
      const to = address(`/models/${encodeURIComponent(name)}/${made?.version ?? ""}`);
      tell(`It is version ${made?.version} of ${middle(name, 40)} now.`, { label: "Show it", to });
      close();
    },
  });
  const { model, source, description } = form.values;
  const chosen = candidates.find(({ value }) => value === source)?.body;
  const names = useModelNames(model);
  const flags = {
    run,
    ...(chosen && "path" in chosen ? { path: chosen.path } : { "logged-model": chosen?.logged_model }),
    description: description || undefined,
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <Stack gap="sm">
        <Autocomplete
          label="Model"
          description="The name of a registered model, or a new one such as churn"
          required
          data-autofocus
          data={names}
          limit={OFFERED}
          value={model}
          error={form.errorOf("model") ?? form.errorOf("name")}
          onChange={(next) => form.set("model", next)}
        />
        <Select
          label="What"
          description="Its files are frozen by digest; later writes to the run do not reach them"
          data={candidates.map(({ value, label }) => ({ value, label }))}
          value={source}
          allowDeselect={false}
          error={form.refusal ? (form.errorOf("path") ?? form.errorOf("logged_model")) : undefined}
          onChange={(next) => form.set("source", next ?? "")}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxRows={8}
          value={description}
          error={form.errorOf("description")}
          onChange={(event) => form.set("description", event.currentTarget.value)}
        />
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            The same in a terminal
          </Text>
          <CommandLine command={nounCommand("create", "version", model.trim() || "NAME", flags)} label="Copy as CLI" />
        </div>
        {form.refusal && !form.refusal.field && <Refusal error={form.refusal} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={form.isSending} disabled={model.trim() === ""}>
            Register
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Names of registered models that hold what was typed. */
function useModelNames(typed: string): string[] {
  const [q] = useDebouncedValue(typed.trim(), 150);
  const models = query.useQuery("get", "/api/v1/models", {
    params: { query: { limit: OFFERED, ...(q === "" ? {} : { q }) } },
  });
  return (models.data?.items ?? []).map(({ name }) => name);
}
