import { Group, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { count } from "../../state/format";
import { verbCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { useUrlState } from "../../state/url";
import { Action } from "../../widgets/Action";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { keptWords, type Toll, tollWords } from "./toll";
import { TEAM } from "./useScopes";

const PATH = "/api/v1/purge";
/** What is written to confirm: nothing brings purged runs back. */
const TYPED = "purge";

/** Removes deleted runs for good, after saying how much that is. */
export function PurgePanel({ scopes }: { scopes: { value: string; label: string }[] }) {
  const { get, set } = useUrlState();
  const { can, team, roleFor } = useSession();
  const scope = get("purge") ?? TEAM;
  const body = scope === TEAM ? {} : { experiment: scope };
  const mayPurge = can("retention:govern", team);
  const foreseen = useQuery({
    queryKey: ["get", PATH, scope],
    queryFn: async () => (await api.POST(PATH, { params: { query: { dry_run: true } }, body })).data ?? null,
    enabled: mayPurge,
  });
  return (
    <Panel title="Purge now">
      <Text size="sm" c="dimmed" maw={720} mb="sm">
        Deleted runs can be restored until they are purged: then rows, points and files are gone. Files that something
        else still holds stay; the disk has the rest back a day later.
      </Text>
      {mayPurge ? (
        <>
          <Group align="flex-end" gap="sm" mb="sm">
            <Select
              label="Deleted runs of"
              data={scopes}
              value={scope}
              searchable
              allowDeselect={false}
              limit={100}
              w={320}
              maw="100%"
              onChange={(next) => set({ purge: next === TEAM ? undefined : (next ?? undefined) })}
            />
          </Group>
          <Loaded query={foreseen} lines={2}>
            {(toll) => toll && <Purge toll={toll} body={body} />}
          </Loaded>
        </>
      ) : (
        <Text size="sm">
          Purging needs the role {roleFor("retention:govern")} in team <bdi>{team}</bdi>: ask an admin of the team.
        </Text>
      )}
    </Panel>
  );
}

function Purge({ toll, body }: { toll: Toll; body: { experiment?: string } }) {
  const { team } = useSession();
  const kept = keptWords(toll);
  return (
    <>
      <Text size="sm" mb="xs" aria-live="polite">
        Would remove {tollWords(toll)}.{kept && ` ${kept}.`}
      </Text>
      {toll.runs > 0 && (
        <Action
          label={`Purge ${count(toll.runs)} ${toll.runs === 1 ? "run" : "runs"}`}
          color="red"
          permission="retention:govern"
          team={team}
          cli={`${verbCommand("purge", undefined, { experiment: body.experiment })} --yes`}
          run={() => api.POST(PATH, { body })}
          ask={{
            title: "Purge deleted runs?",
            body: (
              <p>
                This removes {tollWords(toll)}. It cannot be undone.{toll.more && " There are more: do it again after."}
              </p>
            ),
            confirm: "Purge them",
            typed: TYPED,
          }}
          done={{ message: "They are gone for good. The disk has the bytes back a day later." }}
        />
      )}
    </>
  );
}
