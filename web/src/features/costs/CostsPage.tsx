import { Group, SegmentedControl, Text } from "@mantine/core";
import { query } from "../../api/client";
import type { paths } from "../../api/schema";
import { Bars } from "../../charts/Bars";
import { middle, money, share } from "../../state/format";
import { momentOf, rangeQuery, useTimeRange } from "../../state/range";
import { useScope, useUrlState } from "../../state/url";
import { Empty } from "../../widgets/Empty";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { RangePicker } from "../../widgets/RangePicker";
import { Table } from "../../widgets/Table";
import { Tile, Tiles } from "../../widgets/Tile";
import { barsOf } from "./bars";

type Costs = paths["/api/v1/costs"]["get"]["responses"]["200"]["content"]["application/json"];

const GROUPS = [
  { value: "object", label: "Job or service" },
  { value: "project", label: "Project" },
  { value: "team", label: "Team" },
] as const;
type Grouping = (typeof GROUPS)[number]["value"];

const HOUR_MILLIS = 3_600_000;
/** Ranges up to this are shown by the hour, longer ones by the day. */
const HOURLY_MILLIS = 49 * HOUR_MILLIS;
const METERED_MILLIS = 60_000;

/** What everything cost, what stood idle, and that it adds up. */
export default function CostsPage() {
  const { get, set } = useUrlState();
  const { team, project } = useScope();
  const { range, setRange } = useTimeRange("-7d");
  const group = (GROUPS.find(({ value }) => value === get("by"))?.value ?? "object") as Grouping;
  const { from, to } = rangeQuery(range, METERED_MILLIS);
  const step = Date.parse(to) - Date.parse(from) <= HOURLY_MILLIS ? "1h" : "1d";
  const costs = query.useQuery(
    "get",
    "/api/v1/costs",
    { params: { query: { from, to, step, group_by: group, team, project } } },
    { placeholderData: (before) => before, refetchInterval: METERED_MILLIS },
  );
  return (
    <Page title="Cost" actions={<RangePicker range={range} onChange={setRange} />}>
      <Group>
        <SegmentedControl
          size="xs"
          aria-label="Group by"
          data={[...GROUPS]}
          value={group}
          onChange={(by) => set({ by: by === "object" ? undefined : by })}
        />
      </Group>
      <Loaded query={costs}>
        {(data) => <CostsOf costs={data} group={group} isHourly={step === "1h"} isNow={momentOf(range.to, 0) === 0} />}
      </Loaded>
    </Page>
  );
}

function CostsOf({
  costs,
  group,
  isHourly,
  isNow,
}: {
  costs: Costs;
  group: Grouping;
  isHourly: boolean;
  isNow: boolean;
}) {
  const inMoney = (micros: number) => money(micros, costs.currency);
  if (costs.whole_micros === 0) {
    return (
      <Panel>
        <Empty title="Nothing was metered in this range" command="roadbed run train">
          Every job and service is metered from its first second, and priced by the price book.
        </Empty>
      </Panel>
    );
  }
  const attributed = costs.whole_micros - costs.idle_micros - costs.unattributed_micros;
  return (
    <>
      <Tiles>
        <Tile label="Whole" value={inMoney(costs.whole_micros)} hint={isNow ? "until now" : undefined} />
        <Tile
          label="Used by jobs and services"
          value={inMoney(attributed)}
          hint={share(attributed / costs.whole_micros)}
        />
        <Tile
          label="Stood idle"
          value={inMoney(costs.idle_micros)}
          hint={share(costs.idle_micros / costs.whole_micros)}
        />
        <Tile
          label="Belongs to nobody"
          value={inMoney(costs.unattributed_micros)}
          hint={share(costs.unattributed_micros / costs.whole_micros)}
        />
      </Tiles>
      <Panel>
        <Bars
          title={isHourly ? "Per hour" : "Per day (UTC)"}
          bars={barsOf(costs.series ?? [], isHourly)}
          format={inMoney}
        />
      </Panel>
      <Panel title="Who spent it" flush>
        <Table
          label="Cost by who spent it"
          rows={costs.lines}
          rowKey={(line) => `${line.team} ${line.project} ${line.object}`}
          empty={<Empty title="No job or service used anything" />}
          columns={[
            ...(group === "object"
              ? [
                  {
                    id: "object",
                    title: "For",
                    cell: (line: Costs["lines"][number]) => <ObjectLink object={line.object ?? ""} />,
                  },
                ]
              : []),
            ...(group !== "team"
              ? [
                  {
                    id: "project",
                    title: "Project",
                    cell: (line: Costs["lines"][number]) => <bdi>{middle(line.project ?? "–", 40)}</bdi>,
                  },
                ]
              : []),
            {
              id: "team",
              title: "Team",
              cell: (line) => <bdi>{middle(line.team ?? "–", 40)}</bdi>,
              from: group === "team" ? undefined : "sm",
            },
            { id: "share", title: "Share", cell: (line) => share(line.micros / costs.whole_micros), align: "right" },
            { id: "cost", title: "Cost", cell: (line) => inMoney(line.micros), align: "right" },
          ]}
        />
      </Panel>
      <Text size="sm" c="dimmed">
        Used, idle and nobody's add up to the whole, to the millionth of a {costs.currency}.{" "}
        <Link underline="always" to="/settings/prices">
          Prices
        </Link>
      </Text>
    </>
  );
}

/** `service:churn` or `job:0198…` as a link to it. */
function ObjectLink({ object }: { object: string }) {
  const [kind = "", id = ""] = object.split(/[:/ ](.*)/s);
  if (kind === "service" && id)
    return (
      <Link to={`/services/${encodeURIComponent(id)}`}>
        <bdi>{middle(object, 50)}</bdi>
      </Link>
    );
  if (kind === "job" && id)
    return (
      <Link to={`/jobs/${encodeURIComponent(id)}`}>
        <bdi>{middle(object, 50)}</bdi>
      </Link>
    );
  return <bdi>{middle(object, 50)}</bdi>;
}
