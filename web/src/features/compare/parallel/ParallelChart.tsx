import { useComputedColorScheme } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import { middle } from "../../../state/format";
import { type Brush, type Brushes, keptRuns } from "../data/brushes";
import type { ComparedColumn, ComparedRun } from "../data/columns";
import { shownValue } from "../data/shownValue";
import { type Axis, brushBetween, placeOnAxis } from "../draw/axes";
import { Canvas, type Paint, type Point, type Size } from "../draw/Canvas";
import { colorScale } from "../draw/colorScale";
import { Tip } from "../draw/Tip";
import { grippedAxis, LEAST_AXIS_PIXELS, layoutParallel, nearestPath, pathOf, placeAt } from "./layout";
import { type ParallelView, paintOnePath, paintParallel } from "./paintParallel";
import classes from "./parallel.module.css";

interface ParallelChartProps {
  runs: ComparedRun[];
  axes: Axis[];
  brushes: Brushes;
  colorBy: ComparedColumn | undefined;
  onBrush: (axis: Axis, brush: Brush | undefined) => void;
}

const HEIGHT = 420;
const NEAR_PIXELS = 8;

/** A line per run across all axes. Dragging over an axis keeps the runs that cross it there. */
export function ParallelChart({ runs, axes, brushes, colorBy, onBrush }: ParallelChartProps) {
  const scheme = useComputedColorScheme("light");
  const [size, setSize] = useState<Size>({ width: 0, height: HEIGHT });
  const [pointer, setPointer] = useState<Point | undefined>();
  const [drag, setDrag] = useState<{ axis: number; y: number } | undefined>();
  const layout = useMemo(() => layoutParallel(axes.length, size), [axes.length, size]);
  const view = useMemo<ParallelView>(() => {
    const kept = new Set(keptRuns(runs, brushes).map(({ id }) => id));
    const color = colorScale(runs, colorBy, scheme);
    return {
      axes,
      brushes,
      scheme,
      paths: runs.map((run) => pathOf(run, axes, layout)),
      colors: runs.map((run) => (kept.has(run.id) ? color(run) : undefined)),
      hasMissing: runs.some((run) => axes.some((axis) => placeOnAxis(axis, run) === undefined)),
    };
  }, [runs, axes, brushes, colorBy, scheme, layout]);
  const paint = useCallback<Paint>((context, room) => paintParallel(context, room, view), [view]);
  const near = pointer && !drag ? nearestPath(view.paths, pointer, layout, NEAR_PIXELS) : -1;
  const nearRun = runs[near];
  const overlay = useCallback<Paint>(
    (context, room) => {
      context.clearRect(0, 0, room.width, room.height);
      if (near >= 0) paintOnePath(context, room, view, near);
      if (drag && pointer) {
        context.fillStyle = scheme === "dark" ? "#a9b5f866" : "#3243b444";
        const x = layout.x[drag.axis] ?? 0;
        context.fillRect(x - 8, Math.min(drag.y, pointer.y), 16, Math.abs(pointer.y - drag.y));
      }
    },
    [near, view, drag, pointer, layout, scheme],
  );
  const finish = (at: Point) => {
    const axis = drag && axes[drag.axis];
    if (drag && axis) onBrush(axis, brushBetween(axis, placeAt(drag.y, layout), placeAt(at.y, layout)));
    setDrag(undefined);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it.
    <section className={classes.scroll} tabIndex={0} aria-label="Parallel coordinates">
      <div style={{ minWidth: axes.length * LEAST_AXIS_PIXELS }}>
        <Canvas
          label={`${runs.length} runs as lines across ${axes.map(({ column }) => column.key).join(", ")}. The fields below keep some of them; the button Table shows them as a table.`}
          height={HEIGHT}
          paint={paint}
          overlay={overlay}
          onSize={setSize}
          onMove={setPointer}
          onDown={(at) => {
            const axis = grippedAxis(at, layout);
            if (axis >= 0) setDrag({ axis, y: at.y });
          }}
          onUp={finish}
        >
          {nearRun && pointer && (
            <Tip at={pointer} size={size}>
              <bdi>{middle(nearRun.name, 60)}</bdi>
              {axes.map(({ id, column }) => (
                <div key={id}>
                  <bdi>{middle(column.key, 24)}</bdi> <b>{shownValue(nearRun, column)}</b>
                </div>
              ))}
            </Tip>
          )}
        </Canvas>
      </div>
    </section>
  );
}
