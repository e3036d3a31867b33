import { Skeleton } from "@mantine/core";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { TimeChart } from "../../../charts/TimeChart";
import { count, duration, measure, middle } from "../../../state/format";
import { type Axis, linesOf, placesOf } from "./curve";
import classes from "./MetricsTab.module.css";
import type { RunSeries, XKind } from "./useSeries";

/** Charts that share the cursor. */
const SYNC = "run metrics";
const HEIGHT = 190;
/** A chart is made ready a little before it is scrolled to. */
const AHEAD = "200px";

interface MetricChartProps {
  metric: string;
  /** Undefined while it is not known yet, null when there are no points. */
  curve: RunSeries | null | undefined;
  axis: Axis | undefined;
  x: XKind;
  smoothing: number;
  isLogarithmic: boolean;
  onZoom: (from: number, to: number) => void;
}

/** The chart of one metric. It is only made once it is near what is seen. */
export const MetricChart = memo(function MetricChart(props: MetricChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!host.current || isNear) return undefined;
    const watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
      {
        rootMargin: AHEAD,
      },
    );
    watcher.observe(host.current);
    return () => watcher.disconnect();
  }, [isNear]);
  return (
    <div ref={host} className={classes.chart}>
      {isNear && props.curve && props.axis ? (
        <Curve {...props} curve={props.curve} axis={props.axis} />
      ) : (
        <>
          <p className={classes.name}>
            <bdi>{middle(props.metric, 80)}</bdi>
          </p>
          {props.curve === null && <p className={classes.note}>No points in this range.</p>}
          {props.curve === undefined && (
            <Skeleton height={HEIGHT} mt="xs" radius="sm" role="status" aria-busy="true" aria-label="Loading" />
          )}
        </>
      )}
    </div>
  );
});

function Curve({
  metric,
  curve,
  axis,
  x,
  smoothing,
  isLogarithmic,
  onZoom,
}: MetricChartProps & { curve: RunSeries; axis: Axis }) {
  const places = useMemo(() => placesOf(curve, axis, x === "step"), [curve, axis, x]);
  const lines = useMemo(() => linesOf(curve, { smoothing, isLogarithmic }), [curve, smoothing, isLogarithmic]);
  return (
    <>
      <TimeChart
        title={middle(metric, 80)}
        x={places}
        series={lines}
        xKind={x === "time" ? "time" : "number"}
        xLabel={x === "relative_time" ? "Seconds since the start" : "Step"}
        format={(value) => measure(value, 4)}
        height={HEIGHT}
        sync={SYNC}
        onZoom={onZoom}
        logarithmic={isLogarithmic}
        fit
      />
      <p className={classes.note}>{noteOf(curve, x, axis)}</p>
    </>
  );
}

/** What the chart stands on: how many points, over what, and what could not be drawn. */
function noteOf(curve: RunSeries, x: XKind, axis: Axis): string {
  const points = `${count(curve.points)} ${curve.points === 1 ? "point" : "points"}`;
  const over = x === "step" ? "" : `, ${duration(axis.to - axis.from)}`;
  const missing = curve.nan > 0 ? `, ${count(curve.nan)} of them NaN` : "";
  return points + over + missing;
}
