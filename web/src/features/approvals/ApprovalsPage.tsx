import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, query, type Schemas } from "../../api/client";
import { middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { versionPath } from "../../state/subjectPath";
import { Action } from "../../widgets/Action";
import { RuleForm } from "../../widgets/approvals/RuleForm";
import { RuleWords } from "../../widgets/approvals/RuleWords";
import { Empty } from "../../widgets/Empty";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { SettingsPage } from "../../widgets/SettingsPage";
import { Status } from "../../widgets/Status";
import { type Column, Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";
import classes from "./approvals.module.css";

const PAGE = 50;

/** What aliases ask for on every model of the team, and who approved what. */
export default function ApprovalsPage() {
  const { team } = useSession();
  return (
    <SettingsPage title="Approvals">
      <Text size="sm" c="dimmed" maw={720}>
        A rule says what must have been measured on a version, and how many people who did not register it must agree,
        before an alias such as champion names it. Every client and every pipeline keeps to it. These rules hold for all
        models of team <bdi>{middle(team, 40)}</bdi> that have no rule of their own; a model's own rules are on its
        page.
      </Text>
      <TeamRules />
      <Given />
    </SettingsPage>
  );
}

const RULE_COLUMNS: Column<Schemas["RuleItem"]>[] = [
  { id: "alias", title: "Alias", cell: ({ alias }) => <bdi title={alias}>@{middle(alias, 40)}</bdi> },
  { id: "asks", title: "Asks for", cell: (rule) => <RuleWords rule={rule} /> },
  { id: "updated", title: "Set", cell: ({ updated_at }) => <Time at={updated_at} />, from: "sm" },
  {
    id: "actions",
    title: "",
    align: "right",
    cell: (rule) => (
      <>
        <RuleForm rule={rule} label="Change" />
        <RemoveRule alias={rule.alias} />
      </>
    ),
  },
];

function TeamRules() {
  const rules = query.useQuery("get", "/api/v1/approval-rules");
  return (
    <Panel title="Rules of the team" flush aside={<RuleForm label="New rule" />}>
      <Loaded query={rules}>
        {({ items }) => (
          <Table
            label="Rules of the team"
            columns={RULE_COLUMNS}
            rows={items}
            rowKey={({ alias }) => alias}
            empty={
              <Empty
                title="No rule for all models"
                command={nounCommand("create", "team-approval-rule", "champion", { approvers: 1 })}
              >
                Whoever may move aliases decides alone, except where a model has rules of its own. A good first rule:
                one other person must approve what becomes champion.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}

function RemoveRule({ alias }: { alias: string }) {
  const { team } = useSession();
  return (
    <Action
      label="Remove"
      variant="subtle"
      color="red"
      size="compact-sm"
      permission="approval:govern"
      team={team}
      cli={nounCommand("delete", "team-approval-rule", alias)}
      run={() => api.DELETE("/api/v1/approval-rules/{alias}", { params: { path: { alias } } })}
      ask={{
        title: `Remove the team's rule for @${middle(alias, 40)}?`,
        body: "On models without a rule of their own, whoever may move aliases decides alone from then on. Approvals that were given stay on record.",
        confirm: "Remove the rule",
      }}
      done={{ message: `The team has no rule for @${middle(alias, 40)} any more.` }}
    />
  );
}

const GIVEN_COLUMNS: Column<Schemas["ApprovalItem"]>[] = [
  {
    id: "version",
    title: "Version",
    cell: ({ model, version }) => (
      <Link to={versionPath(model, version)} size="sm" title={model} className={classes.name}>
        <bdi>{middle(model, 30)}</bdi>&nbsp;{version}
      </Link>
    ),
  },
  {
    id: "alias",
    title: "As",
    cell: ({ alias }) => (
      <bdi className={classes.line} title={alias}>
        @{middle(alias, 24)}
      </bdi>
    ),
  },
  { id: "person", title: "Who", cell: ({ person }) => <bdi title={person}>{middle(person, 30)}</bdi> },
  { id: "state", title: "State", cell: ({ state, revoked_because: why }) => <Status state={state} why={why} /> },
  {
    id: "comment",
    title: "What was said",
    cell: ({ comment, revoked_because: why }) => (
      <bdi className={classes.said} title={comment}>
        {[middle(comment, 120), why].filter(Boolean).join(" · ") || "–"}
      </bdi>
    ),
    from: "sm",
  },
  {
    id: "at",
    title: "When",
    cell: ({ given_at }) => (
      <span className={classes.line}>
        <Time at={given_at} />
      </span>
    ),
  },
];

function Given() {
  const approvals = useInfiniteQuery({
    queryKey: ["get", "/api/v1/approvals"],
    queryFn: async ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      return (await api.GET("/api/v1/approvals", { params: { query } })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  return (
    <Panel title="Approvals, newest first" flush>
      <Loaded query={approvals}>
        {(data) => (
          <Table
            label="Approvals"
            columns={GIVEN_COLUMNS}
            rows={data.pages.flatMap((page) => page?.items ?? [])}
            rowKey={({ id }) => id}
            empty={
              <Empty title="Nobody approved anything yet" command="roadbed approve churn/3 --alias=champion">
                People approve a version on its page, or in a terminal.
              </Empty>
            }
            more={
              approvals.hasNextPage
                ? { load: () => void approvals.fetchNextPage(), isLoading: approvals.isFetchingNextPage }
                : undefined
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}
