import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { TimeChart } from "../../../charts/TimeChart";
import { measure, milliseconds, share } from "../../../state/format";
import type { TimeRange } from "../../../state/range";
import { useUrlState } from "../../../state/url";
import { dragged } from "../../../state/zoom";
import { Panel } from "../../../widgets/Panel";
import type { ServiceTraffic } from "../types";
import { type Change, markersOf } from "./changes";
import { goldenOf, type LatencyChoice } from "./golden";
import classes from "./OverviewTab.module.css";

const CHOICES: LatencyChoice[] = ["p50", "p95", "p99", "all"];

interface GoldenChartsProps {
  traffic: ServiceTraffic;
  changes: Change[];
  onRange: (range: TimeRange) => void;
}

/** Requests, errors, latency and shares over time, per revision, with a shared cursor and the changes as lines. */
export function GoldenCharts({ traffic, changes, onRange }: GoldenChartsProps) {
  const { get, set } = useUrlState();
  // With one revision all percentiles fit; with more the question is which revision is slower.
  const standard: LatencyChoice = traffic.revisions.length > 1 ? "p95" : "all";
  const latency = CHOICES.find((choice) => choice === get("latency")) ?? standard;
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
      <Panel
        aside={
          <SegmentedControl
            size="xs"
            aria-label="Which latency"
            data={CHOICES}
            value={latency}
            onChange={(next) => set({ latency: next === standard ? undefined : next })}
          />
        }
      >
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
