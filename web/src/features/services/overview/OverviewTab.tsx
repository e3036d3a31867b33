import { SegmentedControl, Text } from "@mantine/core";
import type { Schemas } from "../../../api/client";
import { measure, milliseconds, share } from "../../../state/format";
import { momentOf, useTimeRange } from "../../../state/range";
import { Empty } from "../../../widgets/Empty";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { RangePicker } from "../../../widgets/RangePicker";
import { RangeZoom } from "../../../widgets/RangeZoom";
import { Tile, Tiles } from "../../../widgets/Tile";
import type { TabProps } from "../ServicePage";
import type { ServiceTraffic } from "../types";
import { useTraffic } from "../useTraffic";
import { ChangeList } from "./ChangeList";
import type { Change } from "./changes";
import { GoldenCharts } from "./GoldenCharts";
import type { LatencyChoice } from "./golden";
import { HowToCall } from "./HowToCall";
import classes from "./OverviewTab.module.css";
import { useChanges } from "./useChanges";
import { LATENCIES, useLatencyChoice } from "./useLatencyChoice";

/** How the service is: four charts with everything that changed on them, and how to call it. */
export default function OverviewTab({ service }: TabProps) {
  const { range, setRange } = useTimeRange("-1h");
  const traffic = useTraffic(service.name, range);
  const [latency, setLatency] = useLatencyChoice(traffic.data?.revisions.length ?? 0);
  const now = Date.now();
  const within: [number, number] = [momentOf(range.from, now) ?? 0, momentOf(range.to, now) ?? now];
  const changes = useChanges(service.name, within);
  return (
    <div className={classes.tab}>
      <div className={classes.ranges}>
        <RangePicker range={range} onChange={setRange} />
        <RangeZoom range={range} onChange={setRange} />
        <SegmentedControl size="xs" aria-label="Which latency" data={LATENCIES} value={latency} onChange={setLatency} />
      </div>
      <Loaded query={traffic} lines={10}>
        {(data) =>
          data && <Measured traffic={data} changes={changes} latency={latency} onRange={setRange} service={service} />
        }
      </Loaded>
      <div className={classes.columns}>
        <Panel title="What changed in this time">
          <ChangeList changes={changes} />
        </Panel>
        <Panel title="How to call it">
          <HowToCall service={service} />
        </Panel>
      </div>
    </div>
  );
}

function Measured({
  traffic,
  changes,
  latency,
  onRange,
  service,
}: {
  traffic: ServiceTraffic;
  changes: Change[];
  latency: LatencyChoice;
  onRange: ReturnType<typeof useTimeRange>["setRange"];
  service: Schemas["ServiceView"];
}) {
  const { summary } = traffic;
  if (summary.requests === 0)
    return (
      <Panel>
        <Empty title="No requests in this time" command={`curl ${service.url} …`}>
          Charts of requests, errors, latency and shares appear with the first request. Send one on the tab “Try it”, or
          choose a longer time above.
        </Empty>
      </Panel>
    );
  return (
    <>
      <Tiles>
        <Tile label="Requests/s" value={measure(summary.requests_per_second, 3)} hint={`${summary.requests} in all`} />
        <Tile
          label="Errors"
          value={share(summary.error_rate ?? 0, 2)}
          hint={`${summary.errors} answers`}
          {...(summary.errors > 0 ? { tone: "warn" as const } : {})}
        />
        <Tile label="Latency p95" value={milliseconds(summary.latency_ms_p95)} hint="95 of 100 are faster" />
        <Tile label="Refused" value={summary.refused} hint="before the model saw them" />
      </Tiles>
      <GoldenCharts traffic={traffic} changes={changes} latency={latency} onRange={onRange} />
      {traffic.revisions_left_out > 0 && (
        <Text size="sm" c="dimmed">
          {traffic.revisions_left_out} older revisions are in the sums only.
        </Text>
      )}
    </>
  );
}
