import { Text } from "@mantine/core";
import { api, query, type Schemas } from "../../api/client";
import { middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { Action } from "../../widgets/Action";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { SettingsPage } from "../../widgets/SettingsPage";
import { type Column, Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";
import { PolicyForm } from "./PolicyForm";
import { PurgePanel } from "./PurgePanel";
import { daysWords, keptWords, type Toll, tollWords } from "./toll";
import { scopeWords, useScopes } from "./useScopes";

type Policy = Schemas["PolicyItem"];

/** How long runs are kept, what goes next, and the way to make room now. */
export default function RetentionPage() {
  const policies = query.useQuery("get", "/api/v1/retention");
  const scopes = useScopes();
  const taken = policies.data?.items.map(({ scope }) => scope) ?? [];
  return (
    <SettingsPage title="Retention">
      <Text size="sm" c="dimmed" maw={720}>
        A policy deletes runs that ended long ago, and purges what has been deleted for long. An experiment's own policy
        stands in for the team's. Runs that a version was registered from, and runs with the tag{" "}
        <code>roadbed.keep</code>, always stay.
      </Text>
      <Panel title="Policies" flush aside={policies.data && <PolicyForm scopes={scopes} taken={taken} />}>
        <Loaded query={policies}>
          {({ items }) => (
            <Table
              label="Policies"
              columns={columnsOf(scopes, taken)}
              rows={items}
              rowKey={({ scope }) => scope}
              empty={
                <Empty
                  title="Runs are kept for ever"
                  command={`${nounCommand("create", "retention", "team", { "delete-after-days": 180, "purge-after-days": 30 })} --dry-run`}
                >
                  No policy removes anything. This command only says what one would remove.
                </Empty>
              }
            />
          )}
        </Loaded>
      </Panel>
      <PurgePanel scopes={scopes} />
    </SettingsPage>
  );
}

function columnsOf(scopes: { value: string; label: string }[], taken: string[]): Column<Policy>[] {
  return [
    { id: "scope", title: "Runs of", cell: ({ scope }) => <bdi>{scopeWords(scopes, scope)}</bdi> },
    { id: "delete", title: "Deleted", cell: (policy) => daysWords(policy.delete_after_days) },
    { id: "purge", title: "Purged", cell: (policy) => daysWords(policy.purge_after_days) },
    { id: "next", title: "At the next pass", cell: ({ scope }) => <NextPass scope={scope} /> },
    { id: "updated", title: "Set", cell: ({ updated_at }) => <Time at={updated_at} />, from: "md" },
    {
      id: "actions",
      title: "",
      align: "right",
      cell: (policy) => (
        <>
          <PolicyForm policy={policy} scopes={scopes} taken={taken} />
          <RemovePolicy scope={policy.scope} name={scopeWords(scopes, policy.scope)} />
        </>
      ),
    },
  ];
}

/** Counted by the server for each policy, without changing anything. */
function NextPass({ scope }: { scope: string }) {
  const policy = query.useQuery("get", "/api/v1/retention/{scope}", { params: { path: { scope } } });
  if (!policy.data) return <>{policy.error ? "not known" : "…"}</>;
  const { next_deleted: deleted, next_purged: purged } = policy.data;
  const why = keptWords(deleted.kept >= purged.kept ? deleted : purged);
  return <span title={why}>{nextWords(deleted, purged)}</span>;
}

function nextWords(deleted: Toll, purged: Toll): string {
  const parts = [
    deleted.runs > 0 ? `deletes ${tollWords(deleted)}` : undefined,
    purged.runs > 0 ? `purges ${tollWords(purged)}` : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "nothing" : parts.join("; ");
}

function RemovePolicy({ scope, name }: { scope: string; name: string }) {
  const { team } = useSession();
  return (
    <Action
      label="Remove"
      variant="subtle"
      color="red"
      size="compact-sm"
      permission="retention:govern"
      team={team}
      cli={nounCommand("delete", "retention", scope)}
      run={() => api.DELETE("/api/v1/retention/{scope}", { params: { path: { scope } } })}
      ask={{
        title: `Remove the policy for ${middle(name, 40)}?`,
        body: "Runs are kept as the team's policy says; without one, for ever. What was deleted can still be restored, what was purged cannot.",
        confirm: "Remove the policy",
      }}
      done={{ message: "The policy is removed." }}
    />
  );
}
