import { Group, MultiSelect, Text } from "@mantine/core";
import { query } from "../../../api/client";
import { words } from "../../../state/format";
import { useScope, useUrlState } from "../../../state/url";
import { Empty } from "../../../widgets/Empty";
import { Filter } from "../../../widgets/Filter";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Page } from "../../../widgets/Page";
import { Panel } from "../../../widgets/Panel";
import { Table } from "../../../widgets/Table";
import { ClearFilter } from "../ClearFilter";
import { DeployAction } from "../header/DeployAction";
import { useCosts } from "../useCosts";
import { serviceColumns } from "./columns";
import { filterRows, HEALTH_WORDS, rowsOf, sortRows } from "./serviceRows";

/** Everything that serves predictions: how it is, what it does, what it costs. */
export default function ServicesPage() {
  const { get, list, set } = useUrlState();
  const { team, project } = useScope();
  const services = query.useQuery("get", "/api/v1/services", { params: { query: { limit: 1000 } } });
  const traffic = query.useQuery(
    "get",
    "/api/v1/traffic",
    { params: { query: { window: "15m", limit: 1000 } } },
    { refetchInterval: 10_000 },
  );
  const costs = useCosts({ from: "-24h", to: "now" });
  const sort = get("sort") ?? "health";
  const states = list("state");
  const text = get("q") ?? "";
  const columns = serviceColumns(costs.data?.currency);
  const isFiltered = text !== "" || states.length > 0 || team !== undefined || project !== undefined;
  const rows = rowsOf(services.data?.items ?? [], traffic.data?.items ?? [], costs.data?.lines ?? []);
  const shown = sortRows(filterRows(rows, { text, states, team, project }), sort);
  const empty =
    isFiltered && rows.length > 0 ? (
      <Empty title="No service matches the filter" action={<ClearFilter names={["q", "state", "team", "project"]} />}>
        {rows.length} {rows.length === 1 ? "service is" : "services are"} hidden by it.
      </Empty>
    ) : (
      <NoService />
    );
  return (
    <Page
      title="Services"
      facts={<Text size="sm">Numbers of the last 15 minutes; cost of the last 24 hours</Text>}
      actions={<DeployAction />}
    >
      <Group gap="sm">
        <Filter label="Filter by name, model, team" />
        <MultiSelect
          aria-label="Health"
          placeholder={states.length === 0 ? "Any health" : undefined}
          data={HEALTH_WORDS.map((value) => ({ value, label: words(value) }))}
          value={states}
          onChange={(next) => set({ state: next.join(",") })}
          clearable
          w={260}
          maw="100%"
        />
        <Link to="/rollouts" size="sm">
          All rollouts
        </Link>
      </Group>
      <Panel flush>
        <Loaded query={services}>
          {() => (
            <Table
              label="Services"
              columns={columns}
              rows={shown}
              rowKey={({ service }) => service.id}
              sort={sort}
              onSort={(next) => set({ sort: next === "health" ? undefined : next })}
              empty={empty}
            />
          )}
        </Loaded>
      </Panel>
      {services.data?.next_cursor && (
        <Text size="sm" c="dimmed">
          The first 1,000 services are shown. Choose a team or project above to see others.
        </Text>
      )}
    </Page>
  );
}

function NoService() {
  return (
    <Empty title="No service yet" command="roadbed deploy churn --model churn/1" action={<DeployAction />}>
      A service is a model with one stable name and address. Deploying a registered model makes it; deploying the next
      version moves the traffic step by step, and back by itself when the new one does worse.
    </Empty>
  );
}
