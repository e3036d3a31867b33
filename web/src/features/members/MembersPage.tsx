import { Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { api, query, type Schemas } from "../../api/client";
import { middle, shellWord } from "../../state/format";
import { useSession } from "../../state/session";
import { useScope } from "../../state/url";
import { Action } from "../../widgets/Action";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { SettingsPage } from "../../widgets/SettingsPage";
import { Table } from "../../widgets/Table";
import { MemberForm } from "./MemberForm";

/** Who is in a team, and what each role may do. */
export default function MembersPage() {
  const { team, me } = useSession();
  const { set } = useScope();
  const teams = query.useQuery("get", "/api/v1/teams", { params: { query: { limit: 200 } } });
  const members = query.useQuery(
    "get",
    "/api/v1/teams/{team}/members",
    { params: { path: { team } } },
    { enabled: me !== undefined },
  );
  return (
    <SettingsPage title="Members" actions={<MemberForm team={team} />}>
      <Group>
        <Select
          label="Team"
          data={(teams.data?.items ?? []).map((each) => each.name)}
          value={team}
          onChange={(chosen) => set({ team: chosen ?? undefined, project: undefined }, { push: true })}
          allowDeselect={false}
        />
      </Group>
      <Panel title={`Members of ${middle(team, 40)}`} flush>
        <Loaded query={members}>{(data) => <MemberTable members={data.items} team={team} />}</Loaded>
      </Panel>
      <Roles />
    </SettingsPage>
  );
}

function MemberTable({ members, team }: { members: Schemas["MemberView"][]; team: string }) {
  return (
    <Table
      label="Members"
      rows={members}
      rowKey={(member) => member.user}
      empty={
        <Empty
          title="Nobody is in this team"
          command={`roadbed create member NAME --team ${shellWord(team)} --role developer`}
        >
          Platform administrators reach every team without being members.
        </Empty>
      }
      columns={[
        { id: "user", title: "Person", cell: (member) => <bdi>{middle(member.user, 60)}</bdi> },
        { id: "role", title: "Role", cell: (member) => member.role },
        {
          id: "actions",
          title: "",
          align: "right",
          cell: (member) => (
            <Group gap="xs" justify="flex-end" wrap="nowrap">
              <MemberForm team={team} member={member} />
              <Action
                label="Remove"
                variant="subtle"
                size="compact-sm"
                color="red"
                permission="team:admin"
                team={team}
                cli={`roadbed delete member ${shellWord(member.user)} --team ${shellWord(team)}`}
                run={() =>
                  api.DELETE("/api/v1/teams/{team}/members/{user}", { params: { path: { team, user: member.user } } })
                }
                ask={{
                  title: `Remove ${middle(member.user, 40)} from ${middle(team, 40)}?`,
                  body: "Their tokens stop reaching this team at once. Jobs and services that they started go on.",
                  confirm: "Remove",
                }}
                done={{ message: `${middle(member.user, 40)} was removed.` }}
              />
            </Group>
          ),
        },
      ]}
    />
  );
}

function Roles() {
  const roles = query.useQuery("get", "/api/v1/roles", {}, { staleTime: 600_000 });
  return (
    <Panel title="What the roles may do">
      <Loaded query={roles}>
        {(data) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {data.items.map((role) => (
              <Stack key={role.role} gap={2}>
                <Text fw={600} size="sm">
                  {role.role}
                </Text>
                <Text size="sm" c="dimmed">
                  {role.about}
                </Text>
                <details>
                  <summary>
                    <Text size="sm" span>
                      {role.permissions.length} permissions
                    </Text>
                  </summary>
                  <Text className="mono" component="div">
                    {role.permissions.join(" ")}
                  </Text>
                </details>
              </Stack>
            ))}
          </SimpleGrid>
        )}
      </Loaded>
    </Panel>
  );
}
