import { Checkbox, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { api } from "../../../api/client";
import { apiCommand } from "../../../state/apiCommand";
import { middle } from "../../../state/format";
import { useSession } from "../../../state/session";
import { Action } from "../../../widgets/Action";
import { FormDialog } from "../../../widgets/FormDialog";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";
import { inOrder } from "../metrics/groups";
import type { Run } from "../useRun";
import { type KeyValue, KeyValues } from "./KeyValues";

/** Set by clients and the platform for themselves. */
const OWN = /^(mlflow|roadbed)\./;

/** Notes on the run, to find it by. */
export function Tags({ run }: { run: Run }) {
  const [showOwn, setShowOwn] = useState(false);
  const all = Object.entries(run.tags).map(([name, value]) => ({ name, value }));
  const items = all
    .filter(({ name }) => showOwn || !OWN.test(name))
    .sort((one, other) => inOrder(one.name, other.name));
  return (
    <KeyValues
      title="Tags"
      items={items}
      empty={<span>No tag yet. Tags are found by the filter: tags.author = 'ana'.</span>}
      tools={(item) => (OWN.test(item.name) ? null : <TagTools run={run} tag={item} />)}
      aside={
        <>
          <Checkbox
            size="xs"
            label="Of clients too"
            checked={showOwn}
            onChange={(event) => setShowOwn(event.currentTarget.checked)}
          />
          <TagForm run={run} />
        </>
      }
    />
  );
}

function TagTools({ run, tag }: { run: Run; tag: KeyValue }) {
  const { team } = useSession();
  const body = { tags: { [tag.name]: null } };
  return (
    <>
      <TagForm run={run} tag={tag} />
      <Action
        label="Remove"
        variant="subtle"
        color="red"
        size="compact-xs"
        permission="run:write"
        team={team}
        cli={apiCommand("PATCH", `/api/v1/runs/${run.id}`, body)}
        run={() => api.PATCH("/api/v1/runs/{run}", { params: { path: { run: run.id } }, body })}
        ask={{
          title: `Remove the tag ${middle(tag.name, 40)}?`,
          body: "Filters that look for it no longer find this run.",
        }}
        done={{ message: "The tag is removed." }}
      />
    </>
  );
}

/** Adds a tag, or changes the value of one. */
function TagForm({ run, tag }: { run: Run; tag?: KeyValue }) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const bodyOf = (values: { name: string; value: string }) => ({ tags: { [values.name.trim()]: values.value } });
  const form = useServerForm({
    initial: { name: tag?.name ?? "", value: tag?.value ?? "" },
    send: (values, dryRun) =>
      api.PATCH("/api/v1/runs/{run}", {
        params: { path: { run: run.id }, query: { dry_run: dryRun } },
        body: bodyOf(values),
      }),
    onDone: () => {
      dialog.close();
      tell("The tag is saved.");
      if (!tag) form.reset();
    },
  });
  const problem = form.refusal && form.refusal.problems.length === 0 ? form.refusal : undefined;
  return (
    <FormDialog
      label={tag ? "Change" : "Add a tag"}
      button={{ variant: "subtle", size: tag ? "compact-xs" : "compact-sm" }}
      title={tag ? `Tag ${middle(tag.name, 40)}` : "Add a tag"}
      opened={opened}
      open={() => {
        if (tag) form.setValues(tag);
        dialog.open();
      }}
      close={dialog.close}
      permission="run:write"
      team={team}
      cli={apiCommand("PATCH", `/api/v1/runs/${run.id}`, bodyOf(form.values))}
      submitLabel="Save"
      submit={form.submit}
      isSending={form.isSending}
      problem={problem}
    >
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
        value={form.values.value}
        onChange={(event) => form.set("value", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
