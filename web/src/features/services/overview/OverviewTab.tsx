import { SegmentedControl, Skeleton, Text } from "@mantine/core";
import type { Schemas } from "../../../api/client";
import { measure, milliseconds, share } from "../../../state/format";
import { momentOf, useTimeRange } from "../../../state/range";
import { Empty } from "../../../widgets/Empty";
import { Panel } from "../../../widgets/Panel";
import { RangePicker } from "../../../widgets/RangePicker";
import { RangeZoom } from "../../../widgets/RangeZoom";
import { Refusal } from "../../../widgets/Refusal";
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

const NO_CHANGES: Change[] = [];

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
      {traffic.data ? (
        <Measured
          traffic={traffic.data}
          changes={changes ?? NO_CHANGES}
          latency={latency}
          onRange={setRange}
          service={service}
        />
      ) : traffic.error ? (
        <Refusal error={traffic.error} retry={() => void traffic.refetch()} />
      ) : (
        <Waiting />
      )}
      <div className={classes.columns}>
        <Panel title="What changed in this time">
          {changes ? <ChangeList changes={changes} /> : <Skeleton height={60} radius="sm" />}
        </Panel>
        <Panel title="How to call it">
          <HowToCall service={service} />
        </Panel>
      </div>
    </div>
  );
}

/** As tall as what comes, so that nothing jumps. */
function Waiting() {
  return (
    <div className={classes.tab} role="status" aria-busy="true" aria-label="Loading">
      <Skeleton height={96} radius="md" />
      <div className={classes.charts}>
        {["requests", "errors", "latency", "shares"].map((name) => (
          <Skeleton key={name} height={258} radius="md" />
        ))}
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
