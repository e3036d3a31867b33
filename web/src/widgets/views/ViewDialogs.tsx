import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { middle } from "../../state/format";
import { plainCommand } from "../../state/nounCommand";
import { CommandLine } from "../CommandLine";
import { Conflict, type ConflictField } from "../Conflict";
import { Refusal } from "../Refusal";
import { tell } from "../toast";
import { useServerForm } from "../useServerForm";
import type { SavedView } from "./useViews";

interface ViewFormProps {
  mode: "create" | "update" | "rename";
  page: string;
  /** The view that is changed; none when a new one is made. */
  view: SavedView | undefined;
  query: string;
  team: string;
  onSaved: (view: SavedView) => void;
  close: () => void;
}

interface Values {
  name: string;
  query: string;
  shared: boolean;
}

const TITLES = { create: "Save as a new view", update: "Save the changes", rename: "Rename or share" };

const valuesOf = (view: SavedView): Values => ({ name: view.name, query: view.query, shared: view.shared });

/** Makes a view or changes one. When somebody changed it meanwhile the person decides, field by field. */
export function ViewForm({ mode, page, view, query, team, onSaved, close }: ViewFormProps) {
  const client = useQueryClient();
  const [base, setBase] = useState(view);
  const [theirs, setTheirs] = useState<SavedView | undefined>();
  const form = useServerForm<Values, SavedView | undefined>({
    initial: { name: view?.name ?? "", query, shared: view?.shared ?? false },
    send: async (values, dryRun) => {
      const options = { params: { query: { dry_run: dryRun } } };
      if (!base) return (await api.POST("/api/v1/views", { ...options, body: { page, team, ...values } })).data;
      const headers = { "If-Match": String(base.version) };
      const params = { ...options.params, path: { id: base.id } };
      try {
        return (await api.PATCH("/api/v1/views/{id}", { params, headers, body: values })).data;
      } catch (error) {
        if (problemOf(error).isConflict) {
          const { data } = await api.GET("/api/v1/views/{id}", { params: { path: { id: base.id } } });
          setTheirs(data);
        }
        throw error;
      }
    },
    onDone: (saved) => {
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "/api/v1/views" });
      tell(`The view ${middle(form.values.name, 40)} is saved.`);
      if (saved) onSaved(saved);
      close();
    },
  });
  const settle = (newer: SavedView, values: Values) => {
    setBase(newer);
    setTheirs(undefined);
    form.reset();
    form.setValues(values);
  };
  const { name, ...others } = form.values;
  const command = base
    ? plainCommand("update", "view", base.id, { name, ...others, "if-match": base.version })
    : plainCommand("create", "view", name, { page, team, ...others });
  return (
    <Modal opened onClose={close} title={TITLES[mode]} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <Stack gap="sm">
          {base && theirs && (
            <Conflict
              fields={conflicts(valuesOf(base), valuesOf(theirs), form.values)}
              onResolve={(chosen) => settle(theirs, resolved(valuesOf(theirs), form.values, valuesOf(base), chosen))}
              onDiscard={() => settle(theirs, valuesOf(theirs))}
            />
          )}
          <TextInput
            label="Name"
            required
            data-autofocus
            value={form.values.name}
            error={form.errorOf("name")}
            onChange={(event) => form.set("name", event.currentTarget.value)}
          />
          <Checkbox
            label={`Share with team ${middle(team, 30)}`}
            description="Members see it in their lists, and links to it open for them"
            checked={form.values.shared}
            onChange={(event) => form.set("shared", event.currentTarget.checked)}
          />
          <div>
            <Text size="xs" c="dimmed" mb={4}>
              The same in a terminal
            </Text>
            <CommandLine command={command} label="Copy as command" />
          </div>
          {form.problem && !form.problem.isConflict && <Refusal error={form.problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={form.isSending} disabled={theirs !== undefined}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const FIELDS: { name: keyof Values; label: string }[] = [
  { name: "name", label: "Name" },
  { name: "query", label: "What it shows" },
  { name: "shared", label: "Shared" },
];

const wordOf = (value: string | boolean) => (typeof value === "boolean" ? (value ? "yes" : "no") : value);

function conflicts(base: Values, theirs: Values, mine: Values): ConflictField[] {
  return FIELDS.filter(({ name }) => theirs[name] !== base[name] && theirs[name] !== mine[name]).map(
    ({ name, label }) => ({
      name,
      label,
      base: wordOf(base[name]),
      theirs: wordOf(theirs[name]),
      mine: wordOf(mine[name]),
    }),
  );
}

/** Theirs, with everything that only I changed, and what was chosen where both did. */
function resolved(theirs: Values, mine: Values, base: Values, chosen: Record<string, string>): Values {
  const pick = <Name extends keyof Values>(name: Name): Values[Name] => {
    if (name in chosen) return chosen[name] === wordOf(mine[name]) ? mine[name] : theirs[name];
    return mine[name] === base[name] ? theirs[name] : mine[name];
  };
  return { name: pick("name"), query: pick("query"), shared: pick("shared") };
}

/** Asks before a view is deleted. */
export function DeleteView({ view, onDeleted, close }: { view: SavedView; onDeleted: () => void; close: () => void }) {
  const client = useQueryClient();
  const deletion = useMutation<unknown, Problem>({
    mutationFn: () => api.DELETE("/api/v1/views/{id}", { params: { path: { id: view.id } } }),
    onSuccess: () => {
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "/api/v1/views" });
      tell("The view is deleted.");
      onDeleted();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={`Delete the view ${middle(view.name, 40)}?`} centered>
      <Stack gap="md">
        <Text size="sm">
          Links to it lead nowhere afterwards{view.shared && ", for everyone in the team"}. The runs it shows are not
          touched.
        </Text>
        <CommandLine command={`${plainCommand("delete", "view", view.id)} --yes`} label="Copy as command" />
        {deletion.error && <Refusal error={deletion.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button color="red" loading={deletion.isPending} onClick={() => deletion.mutate()} data-autofocus>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
