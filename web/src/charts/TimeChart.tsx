import { Button, Group, Text, useComputedColorScheme } from "@mantine/core";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import type uPlot from "uplot";
import { exact } from "../state/format";
import { chartColor } from "./colors";
import { type Marker, markerPlugin } from "./markers";
import classes from "./TimeChart.module.css";

export interface Series {
  label: string;
  /** One value per x; null where nothing was measured. */
  values: (number | null)[];
  /** Number in the palette; its place in the list when absent. */
  color?: number;
  /** Lower and upper edge drawn as a band around the line: min and max of what was sampled. */
  low?: (number | null)[];
  high?: (number | null)[];
  dashed?: boolean;
  /** Nothing measured breaks the line; otherwise it goes on to the next value, as for metrics that are logged now and then. */
  breaks?: boolean;
  /** Drawn behind the others, pale: what a smoothed line was made from. */
  faint?: boolean;
}

interface TimeChartProps {
  title: string;
  /** Ascending: seconds since 1970 when `xKind` is time, else steps or seconds. */
  x: number[];
  series: Series[];
  xKind?: "time" | "number";
  xLabel?: string;
  format: (value: number) => string;
  markers?: Marker[];
  height?: number;
  /** Charts with the same key share their cursor. */
  sync?: string;
  /** The visitor dragged over a part; x values. */
  onZoom?: (from: number, to: number) => void;
  logarithmic?: boolean;
  /** The y axis shows where the values are; else it begins at nothing. */
  fit?: boolean;
  /** The values are bytes: ticks stand at powers of two. */
  binary?: boolean;
  /** Horizontal lines: limits and bars. */
  limits?: { value: number; label: string }[];
}

/** A line chart over time or steps, with markers, bands and a table twin for those who read rather than look. */
export function TimeChart(props: TimeChartProps) {
  const { title, x, series, format, height = 190 } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const [asTable, setAsTable] = useState(false);
  const scheme = useComputedColorScheme("light");
  const id = useId();
  const latest = useRef(props);
  latest.current = props;
  const data = useMemo(() => aligned(x, series), [x, series]);
  const latestData = useRef(data);
  latestData.current = data;
  // The chart is made anew only when its shape changes; new values are set into it.
  const shape = JSON.stringify([
    series.map(({ label, color, low, dashed, faint }) => [label, color, low !== undefined, dashed, faint]),
    props.xKind,
    props.logarithmic,
    props.fit,
    props.limits,
    props.sync,
    height,
    scheme,
    asTable,
  ]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for everything that is drawn anew.
  useEffect(() => {
    const element = host.current;
    if (!element || asTable) return undefined;
    let gone = false;
    let watcher: ResizeObserver | undefined;
    void import("./plot").then(({ makeChart }) => {
      if (gone) return;
      const made = makeChart(element, latest, latestData.current, (current) =>
        markerPlugin(() => current().markers ?? []),
      );
      chart.current = made;
      watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
      watcher.observe(element);
    });
    return () => {
      gone = true;
      watcher?.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    chart.current?.setData(data as uPlot.AlignedData);
  }, [data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new markers are drawn over the same data.
  useEffect(() => chart.current?.redraw(false), [props.markers]);

  return (
    <figure className={classes.figure} aria-labelledby={id}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <figcaption id={id} className={classes.title}>
          {title}
        </figcaption>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => setAsTable(!asTable)}
          aria-label={asTable ? `${title} as chart` : `${title} as table`}
        >
          {asTable ? "Chart" : "Table"}
        </Button>
      </Group>
      {asTable ? (
        <ValueTable {...props} />
      ) : (
        <>
          <div
            ref={host}
            className={classes.host}
            style={{ height }}
            role="img"
            aria-label={`${title}. ${summary(series, format)}`}
          />
          <ul className={classes.legend}>
            {series.slice(0, 12).map((each, index) => (
              <li key={each.label}>
                <span
                  className={classes.swatch}
                  style={{ background: chartColor(each.color ?? index, scheme) }}
                  aria-hidden
                />
                <bdi>{each.label}</bdi> <b>{lastOf(each, format)}</b>
              </li>
            ))}
            {series.length > 12 && <li>and {series.length - 12} more</li>}
          </ul>
        </>
      )}
    </figure>
  );
}

function aligned(x: number[], series: Series[]): (number | null)[][] {
  const columns: (number | null)[][] = [x];
  for (const each of series) {
    columns.push(each.values);
    if (each.low && each.high) columns.push(each.low, each.high);
  }
  return columns;
}

function lastOf(series: Series, format: (value: number) => string): string {
  const last = series.values.findLast((value) => value !== null);
  return last === undefined || last === null ? "–" : format(last);
}

function summary(series: Series[], format: (value: number) => string): string {
  return series
    .slice(0, 6)
    .map((each) => `${each.label} ${lastOf(each, format)}`)
    .join(", ");
}

function ValueTable({ title, x, series, format, xKind, xLabel }: TimeChartProps) {
  const rows = x.length > 500 ? x.length - 500 : 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section className={classes.values} tabIndex={0} aria-label={`${title}, values`}>
      {rows > 0 && <Text size="xs">The last 500 of {x.length} points.</Text>}
      <table>
        <thead>
          <tr>
            <th scope="col">{xKind === "number" ? (xLabel ?? "Step") : "Time"}</th>
            {series.map((each) => (
              <th key={each.label} scope="col">
                <bdi>{each.label}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {x.slice(rows).map((at, index) => (
            <tr key={at}>
              <th scope="row">{xKind === "number" ? at : exact(at * 1000)}</th>
              {series.map((each) => {
                const value = each.values[rows + index];
                return <td key={each.label}>{value === null || value === undefined ? "–" : format(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
