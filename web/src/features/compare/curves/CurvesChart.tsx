import { useComputedColorScheme } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import { chartColor, withOpacity } from "../../../charts/colors";
import { duration, exact, measure, middle } from "../../../state/format";
import { Canvas, type Paint, type Point, type Size } from "../draw/Canvas";
import { Figure } from "../draw/Figure";
import { type Near, nearestLine } from "../draw/nearest";
import { extentsOf, type Polyline } from "../draw/polylines";
import { scaleOver, valueAtPlace } from "../draw/scale";
import { Tip } from "../draw/Tip";
import { type CurvesView, layoutOf, paintCurves, paintHighlight, type XKind } from "./paintCurves";
import { SeriesTable } from "./SeriesTable";

interface CurvesChartProps {
  metric: string;
  lines: Polyline[];
  names: ReadonlyMap<string, string>;
  colors: ReadonlyMap<string, number>;
  xKind: XKind;
  logarithmic: boolean;
  /** The part along the bottom that is looked at; all of it when absent. */
  within: [number, number] | undefined;
  height: number;
  /** Run shown above the others. */
  highlight: string | undefined;
  onHighlight: (run: string | undefined) => void;
  onZoom: (from: number, to: number) => void;
}

/** Pixels within which a line counts as pointed at. */
const NEAR_PIXELS = 24;
/** A shorter drag is a click. */
const DRAG_PIXELS = 6;

/** The lines of one metric of all runs. */
export function CurvesChart(props: CurvesChartProps) {
  const { metric, lines, names, colors, xKind, logarithmic, within, height, highlight } = props;
  const scheme = useComputedColorScheme("light");
  const [size, setSize] = useState<Size>({ width: 0, height });
  const [pointer, setPointer] = useState<Point | undefined>();
  const [dragFrom, setDragFrom] = useState<number | undefined>();

  const view = useMemo<CurvesView>(() => {
    const { x, y } = extentsOf(lines, logarithmic, within);
    const xScale = within ? { low: within[0], high: within[1], logarithmic: false } : scaleOver(...x, false, 0.01);
    return { lines, xScale, yScale: scaleOver(...y, logarithmic), xKind, colors, scheme };
  }, [lines, logarithmic, within, xKind, colors, scheme]);
  const paint = useCallback<Paint>((context, room) => paintCurves(context, room, view), [view]);

  const near = useMemo(() => {
    if (!pointer || size.width === 0 || dragFrom !== undefined) return undefined;
    const found = nearestLine(lines, pointer, view.xScale, view.yScale, layoutOf(view, size).box);
    return found && found.distance <= NEAR_PIXELS ? found : undefined;
  }, [pointer, lines, view, size, dragFrom]);
  const shown = near?.line.run ?? highlight;
  const overlay = useCallback<Paint>(
    (context, room) => {
      context.clearRect(0, 0, room.width, room.height);
      if (shown !== undefined) paintHighlight(context, room, view, shown);
      if (dragFrom !== undefined && pointer) paintDrag(context, room, view, dragFrom, pointer.x);
    },
    [view, shown, dragFrom, pointer],
  );

  const finish = (at: Point) => {
    const from = dragFrom;
    setDragFrom(undefined);
    if (from === undefined) return;
    if (Math.abs(at.x - from) < DRAG_PIXELS) {
      const run = nearestRun(at);
      props.onHighlight(run === highlight ? undefined : run);
      return;
    }
    const { box } = layoutOf(view, size);
    const ends = [from, at.x].map((x) =>
      valueAtPlace(view.xScale, Math.max(0, Math.min(1, (x - box.left) / box.width))),
    );
    props.onZoom(Math.min(...ends), Math.max(...ends));
  };
  const nearestRun = (at: Point) => {
    const found = nearestLine(lines, at, view.xScale, view.yScale, layoutOf(view, size).box);
    return found && found.distance <= NEAR_PIXELS ? found.line.run : undefined;
  };

  const label = `${metric} of ${lines.length} runs, ${rangeWords(view)}. Shown as a table by the button Table.`;
  const chart = (
    <Canvas
      label={label}
      height={height}
      paint={paint}
      overlay={overlay}
      onSize={setSize}
      onMove={setPointer}
      onDown={({ x }) => setDragFrom(x)}
      onUp={finish}
    >
      {near && pointer && (
        <Tip at={pointer} size={size}>
          <NearestWords near={near} name={names.get(near.line.run) ?? near.line.run} xKind={xKind} />
        </Tip>
      )}
    </Canvas>
  );
  return (
    <Figure title={metric} chart={chart} table={() => <SeriesTable metric={metric} lines={lines} names={names} />} />
  );
}

function rangeWords({ yScale }: CurvesView): string {
  return `values from ${measure(yScale.low)} to ${measure(yScale.high)}`;
}

function paintDrag(context: CanvasRenderingContext2D, size: Size, view: CurvesView, from: number, to: number): void {
  const { box } = layoutOf(view, size);
  context.fillStyle = withOpacity(chartColor(0, view.scheme), 0.16);
  const held = [from, to].map((x) => Math.max(box.left, Math.min(box.left + box.width, x)));
  context.fillRect(Math.min(...held), box.top, Math.abs((held[1] ?? 0) - (held[0] ?? 0)), box.height);
}

function NearestWords({ near, name, xKind }: { near: Near; name: string; xKind: XKind }) {
  const { line, index } = near;
  const { samples } = line;
  const at = samples.x[index] ?? 0;
  const [low, high, last] = [samples.low[index], samples.high[index], samples.last[index]];
  const where =
    xKind === "time"
      ? exact(at * 1000)
      : xKind === "relative_time"
        ? `after ${duration(at)}`
        : `step ${Math.floor(at)}`;
  return (
    <>
      <bdi>{middle(name, 60)}</bdi>
      <br />
      <b>{measure(last)}</b> at {where}
      {low !== high && (
        <>
          <br />
          between {measure(low)} and {measure(high)} here
        </>
      )}
    </>
  );
}
