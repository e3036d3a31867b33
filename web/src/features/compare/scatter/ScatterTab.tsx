import { Select, Switch, useComputedColorScheme } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { count, middle } from "../../../state/format";
import { useAddress, useUrlState } from "../../../state/url";
import { Empty } from "../../../widgets/Empty";
import { Panel } from "../../../widgets/Panel";
import { columnChoices } from "../data/columnChoices";
import { type ComparedColumn, columnId, isNumeric, numberOf } from "../data/columns";
import { shownValue } from "../data/shownValue";
import type { Comparison } from "../data/useComparison";
import { Canvas, type Paint, type Point, type Size } from "../draw/Canvas";
import { ColorLegend } from "../draw/ColorLegend";
import { colorScale, rangeOf } from "../draw/colorScale";
import { Figure } from "../draw/Figure";
import classes from "../draw/Figure.module.css";
import { RunTable } from "../draw/RunTable";
import { scaleOver } from "../draw/scale";
import { Tip } from "../draw/Tip";
import { nearestSpot, paintRing, paintScatter, type ScatterView, scatterBox } from "./paintScatter";

const HEIGHT = 440;
const NEAR_PIXELS = 18;

/** One number of each run against another. */
export function ScatterTab({ comparison }: { comparison: Comparison }) {
  const { get, set } = useUrlState();
  const { runs } = comparison;
  const { numeric, x, y, color } = useScatterColumns(comparison);
  if (!x || !y) {
    return (
      <Panel>
        <Empty title="Nothing to draw">These runs have logged no numbers, neither as parameters nor as metrics.</Empty>
      </Panel>
    );
  }
  const select = (label: string, name: string, value: ComparedColumn | undefined) => (
    <Select
      size="sm"
      w={180}
      label={label}
      data={columnChoices(numeric)}
      value={value ? columnId(value) : null}
      placeholder="one color"
      searchable
      clearable={name === "color"}
      limit={200}
      onChange={(id) => set({ [name]: id ?? undefined })}
    />
  );
  const logarithm = (label: string, name: string) => (
    <Switch
      size="sm"
      mb={8}
      label={label}
      checked={get(name) === "1"}
      onChange={(event) => set({ [name]: event.currentTarget.checked ? "1" : undefined })}
    />
  );
  const shown = [x, y, ...(color ? [color] : [])];
  return (
    <Panel>
      <div className={classes.bar}>
        {select("Across", "sx", x)}
        {logarithm("Logarithmic across", "lx")}
        {select("Up", "sy", y)}
        {logarithm("Logarithmic up", "ly")}
        {select("Color by", "color", color)}
      </div>
      <Figure
        title={`${middle(y.key, 40)} against ${middle(x.key, 40)}, ${count(runs.length)} runs`}
        controls={<ColorLegend runs={runs} column={color} />}
        chart={
          <ScatterChart
            comparison={comparison}
            x={x}
            y={y}
            color={color}
            logX={get("lx") === "1"}
            logY={get("ly") === "1"}
          />
        }
        table={() => <RunTable label="Runs" runs={runs} columns={shown} />}
      />
    </Panel>
  );
}

/** What is drawn along each way: what the address says, else a parameter and a metric that differ. */
function useScatterColumns(comparison: Comparison) {
  const { get } = useUrlState();
  const { runs, columns } = comparison;
  const numeric = useMemo(
    () => columns.filter((column) => column.kind !== "tags" && isNumeric(runs, column)),
    [columns, runs],
  );
  const chosen = useMemo(() => {
    const differs = new Set(comparison.differing.map(columnId));
    const telling = numeric.filter((column) => differs.has(columnId(column)));
    const pool = telling.length > 1 ? telling : numeric;
    return {
      x: pool.find(({ kind }) => kind === "params") ?? pool[0],
      y: pool.find(({ kind }) => kind === "metrics") ?? pool[1] ?? pool[0],
    };
  }, [numeric, comparison.differing]);
  const named = (name: string) => numeric.find((column) => columnId(column) === get(name));
  const [x, y] = [named("sx") ?? chosen.x, named("sy") ?? chosen.y];
  const color = named("color");
  return { numeric, x, y, color };
}

interface ScatterChartProps {
  comparison: Comparison;
  x: ComparedColumn;
  y: ComparedColumn;
  color: ComparedColumn | undefined;
  logX: boolean;
  logY: boolean;
}

function ScatterChart({ comparison, x, y, color, logX, logY }: ScatterChartProps) {
  const { runs } = comparison;
  const scheme = useComputedColorScheme("light");
  const [size, setSize] = useState<Size>({ width: 0, height: HEIGHT });
  const [pointer, setPointer] = useState<Point | undefined>();
  const [, navigate] = useLocation();
  const address = useAddress();
  const view = useMemo<ScatterView>(() => {
    const range = (column: ComparedColumn) => rangeOf(runs, column) ?? [0, 1];
    const [xScale, yScale] = [scaleOver(...range(x), logX), scaleOver(...range(y), logY)];
    const colorOf = colorScale(runs, color, scheme);
    return {
      values: runs.map((run) => {
        const [across, up] = [numberOf(run, x), numberOf(run, y)];
        return across === undefined || up === undefined ? undefined : { x: across, y: up };
      }),
      colors: runs.map(colorOf),
      xScale,
      yScale,
      xName: middle(x.key, 60),
      yName: middle(y.key, 60),
      scheme,
    };
  }, [runs, x, y, color, logX, logY, scheme]);
  const paint = useCallback<Paint>((context, room) => paintScatter(context, room, view), [view]);
  const near = pointer ? nearestSpot(pointer, view, scatterBox(size), NEAR_PIXELS) : -1;
  const nearRun = runs[near];
  const overlay = useCallback<Paint>(
    (context, room) => {
      context.clearRect(0, 0, room.width, room.height);
      if (near >= 0) paintRing(context, room, view, near);
    },
    [near, view],
  );
  return (
    <Canvas
      label={`${y.key} against ${x.key} of ${runs.length} runs. Shown as a table by the button Table.`}
      height={HEIGHT}
      paint={paint}
      overlay={overlay}
      onSize={setSize}
      onMove={setPointer}
      onUp={() => nearRun && navigate(address(`/runs/${encodeURIComponent(nearRun.id)}`))}
    >
      {nearRun && pointer && (
        <Tip at={pointer} size={size}>
          <bdi>{middle(nearRun.name, 60)}</bdi>
          {[x, y, ...(color ? [color] : [])].map((column) => (
            <div key={columnId(column)}>
              <bdi>{middle(column.key, 24)}</bdi> <b>{shownValue(nearRun, column)}</b>
            </div>
          ))}
        </Tip>
      )}
    </Canvas>
  );
}
