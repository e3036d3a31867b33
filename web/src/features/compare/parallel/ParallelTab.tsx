import { Button, MultiSelect, Select } from "@mantine/core";
import { useMemo } from "react";
import { count } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { Empty } from "../../../widgets/Empty";
import { Panel } from "../../../widgets/Panel";
import { type Brush, type Brushes, brushParam, keptRuns, parseBrushes, writeBrush } from "../data/brushes";
import { columnChoices } from "../data/columnChoices";
import { type ComparedColumn, type ComparedRun, columnId, isNumeric, parseColumn } from "../data/columns";
import type { Comparison } from "../data/useComparison";
import { type Axis, axisOf, usualAxes } from "../draw/axes";
import { ColorLegend } from "../draw/ColorLegend";
import { Figure } from "../draw/Figure";
import figure from "../draw/Figure.module.css";
import { RunTable } from "../draw/RunTable";
import { BrushInputs } from "./BrushInputs";
import { ParallelChart } from "./ParallelChart";
import classes from "./parallel.module.css";

const MOST_AXES = 16;
const USUAL_AXES = 8;

/** Which values of parameters lead to which metrics: axes side by side, a line per run. */
export function ParallelTab({ comparison, onOnly }: { comparison: Comparison; onOnly: (ids: string[]) => void }) {
  const { get, set, search } = useUrlState();
  const { runs, columns } = comparison;
  const written = get("axes");
  const offered = useMemo(() => columns.filter(({ kind }) => kind !== "tags"), [columns]);
  const chosen = useMemo(() => {
    const known = new Set(offered.map(columnId));
    const named = (written?.split(",") ?? []).filter((id) => known.has(id)).map(parseColumn);
    const usual = () => usualAxes(comparison.differing, runs, USUAL_AXES);
    return named.length > 0 ? named.filter((column) => column !== undefined) : usual();
  }, [written, offered, comparison.differing, runs]);
  const axes = useMemo(() => chosen.map((column) => axisOf(runs, column)), [runs, chosen]);
  const brushes = useMemo(() => parseBrushes(search), [search]);
  const kept = useMemo(() => keptRuns(runs, brushes), [runs, brushes]);
  const numeric = useMemo(() => offered.filter((column) => isNumeric(runs, column)), [offered, runs]);
  const colorBy = useColorBy(get("color"), numeric, chosen);
  if (chosen.length === 0) {
    return (
      <Panel>
        <Empty title="Nothing to draw">These runs share all parameters and metrics. Choose runs that differ.</Empty>
      </Panel>
    );
  }
  const brush = (axis: Axis, next: Brush | undefined) => set({ [brushParam(axis.column)]: writeBrush(next) });
  const move = (axis: Axis, by: 1 | -1) => {
    const order = chosen.map(columnId);
    const at = order.indexOf(axis.id);
    order.splice(at, 1);
    order.splice(at + by, 0, axis.id);
    set({ axes: order.join(",") });
  };
  return (
    <Panel>
      <ParallelBar offered={offered} numeric={numeric} chosen={chosen} colorBy={colorBy} set={set} />
      <Figure
        title={`${count(runs.length)} runs across ${axes.length} axes`}
        controls={<ColorLegend runs={runs} column={colorBy} />}
        chart={<ParallelChart runs={runs} axes={axes} brushes={brushes} colorBy={colorBy} onBrush={brush} />}
        table={() => <RunTable label="Kept runs" runs={kept} columns={chosen} />}
      />
      <KeptLine runs={runs.length} kept={kept} brushes={brushes} set={set} onOnly={onOnly} />
      <BrushInputs axes={axes} brushes={brushes} onBrush={brush} onMove={move} />
    </Panel>
  );
}

type Set = ReturnType<typeof useUrlState>["set"];

interface ParallelBarProps {
  offered: ComparedColumn[];
  numeric: ComparedColumn[];
  chosen: ComparedColumn[];
  colorBy: ComparedColumn | undefined;
  set: Set;
}

function ParallelBar({ offered, numeric, chosen, colorBy, set }: ParallelBarProps) {
  return (
    <div className={figure.bar}>
      <MultiSelect
        size="sm"
        className={classes.axes}
        label="Axes"
        data={columnChoices(offered)}
        value={chosen.map(columnId)}
        maxValues={MOST_AXES}
        searchable
        hidePickedOptions
        limit={200}
        onChange={(ids) => set({ axes: ids.join(",") })}
      />
      <Select
        size="sm"
        w={220}
        label="Color by"
        data={columnChoices(numeric)}
        value={colorBy ? columnId(colorBy) : null}
        searchable
        limit={200}
        onChange={(id) => set({ color: id ?? undefined })}
      />
    </div>
  );
}

interface KeptLineProps {
  runs: number;
  kept: ComparedRun[];
  brushes: Brushes;
  set: Set;
  onOnly: (ids: string[]) => void;
}

/** How many runs the brushes keep, and what can be done with them. */
function KeptLine({ runs, kept, brushes, set, onOnly }: KeptLineProps) {
  const cleared = () => Object.fromEntries([...brushes.keys()].map((id) => [`keep.${id}`, undefined]));
  return (
    <div className={classes.kept}>
      <span role="status">
        {brushes.size === 0
          ? "Drag over an axis, or type below, to keep some runs."
          : `${count(kept.length)} of ${count(runs)} runs kept`}
      </span>
      {brushes.size > 0 && (
        <Button size="compact-sm" variant="default" onClick={() => set(cleared(), { push: true })}>
          Keep all
        </Button>
      )}
      {kept.length > 0 && kept.length < runs && (
        <Button size="compact-sm" onClick={() => onOnly(kept.map(({ id }) => id))}>
          Compare only these
        </Button>
      )}
    </div>
  );
}

/** The chosen column, else the last metric among the axes. */
function useColorBy(
  written: string | undefined,
  numeric: ComparedColumn[],
  axes: ComparedColumn[],
): ComparedColumn | undefined {
  return useMemo(() => {
    const known = numeric.find((column) => columnId(column) === written);
    const ids = new Set(numeric.map(columnId));
    return known ?? axes.findLast((column) => column.kind === "metrics" && ids.has(columnId(column)));
  }, [written, numeric, axes]);
}
