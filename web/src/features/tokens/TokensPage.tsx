import { Text } from "@mantine/core";
import { api, query, type Schemas } from "../../api/client";
import { middle, shellWord } from "../../state/format";
import { Action } from "../../widgets/Action";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { SettingsPage } from "../../widgets/SettingsPage";
import { type Column, Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";
import { TokenForm } from "./TokenForm";

type Token = Schemas["TokenView"];

const columns: Column<Token>[] = [
  { id: "name", title: "Name", cell: (token) => <bdi>{middle(token.name, 60)}</bdi> },
  { id: "reach", title: "Reaches", cell: (token) => <bdi>{reachOf(token)}</bdi>, from: "sm" },
  { id: "created", title: "Made", cell: (token) => <Time at={token.created_at} />, from: "md" },
  {
    id: "used",
    title: "Last used",
    cell: (token) => (token.last_used_at ? <Time at={token.last_used_at} /> : "never"),
  },
  {
    id: "expires",
    title: "Expires",
    cell: (token) => (token.expires_at ? <Time at={token.expires_at} /> : "never"),
    from: "sm",
  },
  {
    id: "revoke",
    title: "",
    align: "right",
    cell: (token) => (
      <Action
        label="Revoke"
        variant="subtle"
        color="red"
        size="compact-sm"
        permission="token:write"
        cli={`roadbed delete token ${shellWord(token.id)}`}
        run={() => api.DELETE("/api/v1/tokens/{token}", { params: { path: { token: token.id } } })}
        ask={{
          title: `Revoke ${middle(token.name, 40)}?`,
          body: "Programs that use it are refused within a second, here and at the gateways. It cannot be undone; make a new one instead.",
        }}
        done={{ message: "The token is revoked." }}
      />
    ),
  },
];

function reachOf(token: Token): string {
  const where = token.project_name ?? token.team_name ?? "everything you reach";
  return token.actions ? `${where}: ${token.actions.join(", ")}` : where;
}

/** Tokens of the one who looks: made, shown once, revoked. */
export default function TokensPage() {
  const tokens = query.useQuery("get", "/api/v1/tokens", { params: { query: { limit: 200 } } });
  return (
    <SettingsPage title="Tokens" actions={<TokenForm />}>
      <Text size="sm" c="dimmed" maw={720}>
        A token lets a program speak for you: the command line, MLflow, a caller of a service. Its text is shown once;
        only a hash of it is kept.
      </Text>
      <Panel flush>
        <Loaded query={tokens}>
          {(data) => (
            <Table
              label="Tokens"
              columns={columns}
              rows={data.items}
              rowKey={(token) => token.id}
              empty={<Empty title="No token yet" command="roadbed create token NAME --expires-in 30d" />}
            />
          )}
        </Loaded>
      </Panel>
    </SettingsPage>
  );
}
