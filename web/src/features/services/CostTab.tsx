import { Text } from "@mantine/core";
import { Bars } from "../../charts/Bars";
import { compact, money } from "../../state/format";
import { rangeQuery, useTimeRange } from "../../state/range";
import { Empty } from "../../widgets/Empty";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { RangePicker } from "../../widgets/RangePicker";
import { Tile, Tiles } from "../../widgets/Tile";
import classes from "./CostTab.module.css";
import { costOfService, perThousand } from "./costOf";
import type { TabProps } from "./ServicePage";
import { useCosts } from "./useCosts";
import { useTraffic } from "./useTraffic";

const DAY_MILLIS = 86_400_000;
const HOUR_SECONDS = 3600;
/** Ranges up to this are shown by the hour, longer ones by the day. */
const HOURLY_MILLIS = 49 * HOUR_SECONDS * 1000;

/** What the service cost in a range of time, whole and per 1,000 requests. */
export default function CostTab({ service }: TabProps) {
  const { range, setRange } = useTimeRange("-7d");
  const { from, to } = rangeQuery(range);
  const lengthMillis = Date.parse(to) - Date.parse(from);
  const isHourly = lengthMillis <= HOURLY_MILLIS;
  const costs = useCosts(range, service.name, isHourly ? "1h" : "1d");
  const traffic = useTraffic(service.name, range, 60_000, HOUR_SECONDS);
  return (
    <div className={classes.tab}>
      <RangePicker range={range} onChange={setRange} />
      <Loaded query={costs} lines={8}>
        {(data) => {
          if (!data) return null;
          const micros = costOfService(data, service.name);
          const inMoney = (amount: number) => money(amount, data.currency);
          const requests = traffic.data?.summary.requests;
          const each = perThousand(micros, requests);
          if (micros === 0 && requests === 0)
            return (
              <Panel>
                <Empty title="It cost nothing in this time">
                  A service is metered by what its requests compute. Choose a longer time above.
                </Empty>
              </Panel>
            );
          return (
            <>
              <Tiles>
                <Tile label="Whole" value={inMoney(micros)} hint="in this time" />
                <Tile
                  label="Per day"
                  value={inMoney(Math.round((micros * DAY_MILLIS) / lengthMillis))}
                  hint="on average"
                />
                <Tile label="Per 1,000 requests" value={each === undefined ? "–" : inMoney(each)} />
                <Tile label="Requests" value={requests === undefined ? "–" : compact(requests)} />
              </Tiles>
              <Panel>
                <Bars
                  title={isHourly ? "Per hour" : "Per day (UTC)"}
                  bars={(data.series ?? []).map((step) => ({
                    label: labelOf(step.at, isHourly),
                    parts: [{ name: service.name, value: step.by.reduce((sum, part) => sum + part.micros, 0) }],
                  }))}
                  format={inMoney}
                />
              </Panel>
              <Text size="sm" c="dimmed">
                What stood idle belongs to nobody and is not in here.{" "}
                <Link to="/costs" size="sm" underline="always">
                  The cost of everything
                </Link>
                {" · "}
                <Link to="/settings/prices" size="sm" underline="always">
                  Prices
                </Link>
              </Text>
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

function labelOf(at: string, isHourly: boolean): string {
  const moment = new Date(at);
  return isHourly
    ? moment.toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })
    : moment.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}
