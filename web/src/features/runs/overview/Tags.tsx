import { Checkbox, Text } from "@mantine/core";
import { useState } from "react";
import { api } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Action } from "../../../widgets/Action";
import { inOrder } from "../metrics/groups";
import type { Run } from "../useRun";
import { type KeyValue, KeyValues } from "./KeyValues";
import { TagForm } from "./TagForm";

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
      empty={
        <Text size="sm" c="dimmed">
          No tag yet. The filter finds runs by their tags: tags.author = 'ana'.
        </Text>
      }
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
        cli={nounCommand("update", "run", run.id, { tags: JSON.stringify(body.tags) })}
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
