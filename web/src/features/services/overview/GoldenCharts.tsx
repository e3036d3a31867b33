import { useMemo } from "react";
import { TimeChart } from "../../../charts/TimeChart";
import { measure, milliseconds, share } from "../../../state/format";
import type { TimeRange } from "../../../state/range";
import { dragged } from "../../../state/zoom";
import { Panel } from "../../../widgets/Panel";
import type { ServiceTraffic } from "../types";
import { type Change, markersOf } from "./changes";
import { goldenOf, type LatencyChoice } from "./golden";
import classes from "./OverviewTab.module.css";

interface GoldenChartsProps {
  traffic: ServiceTraffic;
  changes: Change[];
  latency: LatencyChoice;
  onRange: (range: TimeRange) => void;
}

/** Requests, errors, latency and shares over time, per revision, with a shared cursor and the changes as lines. */
export function GoldenCharts({ traffic, changes, latency, onRange }: GoldenChartsProps) {
  const golden = useMemo(() => goldenOf(traffic, latency), [traffic, latency]);
  const markers = useMemo(() => markersOf(changes), [changes]);
  const common = {
    x: golden.x,
    markers,
    sync: `service ${traffic.service}`,
    onZoom: (from: number, to: number) => onRange(dragged(from, to, Date.now())),
    height: 180,
  };
  return (
    <div className={classes.charts}>
      <Panel>
        <TimeChart
          {...common}
          title="Requests per second"
          series={golden.requests}
          format={(value) => measure(value, 3)}
        />
      </Panel>
      <Panel>
        <TimeChart {...common} title="Errors" series={golden.errors} format={(value) => share(value, 2)} />
      </Panel>
      <Panel>
        <TimeChart
          {...common}
          title={latency === "all" ? "Latency" : `Latency, ${latency}`}
          series={golden.latency}
          format={milliseconds}
        />
      </Panel>
      <Panel>
        <TimeChart
          {...common}
          title="Share of the traffic"
          series={golden.shares}
          format={(value) => share(value, 3)}
        />
      </Panel>
    </div>
  );
}
