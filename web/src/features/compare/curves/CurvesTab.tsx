import { useMemo } from "react";
import { query } from "../../../api/client";
import { directionOf } from "../../../state/better";
import { useUrlState } from "../../../state/url";
import { Empty } from "../../../widgets/Empty";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { type Comparison, renewal } from "../data/useComparison";
import { polylinesOf } from "../draw/polylines";
import { CurvesBar } from "./CurvesBar";
import { CurvesChart } from "./CurvesChart";
import classes from "./curves.module.css";
import type { XKind } from "./paintCurves";

/** Metrics drawn at once. */
export const MOST_METRICS = 8;
/** Parts along the bottom: about one for two pixels. The server gives fewer when there are many lines. */
const BUCKETS = 500;
const X_KINDS: XKind[] = ["step", "time", "relative_time"];

/** How chosen metrics went, of all runs above each other. */
export function CurvesTab({ comparison }: { comparison: Comparison }) {
  const { get, list, set } = useUrlState();
  const metrics = useMemo(
    () => comparison.columns.filter(({ kind }) => kind === "metrics").map(({ key }) => key),
    [comparison.columns],
  );
  const chosen = list("keys").filter((key) => metrics.includes(key));
  const keys = (chosen.length > 0 ? chosen : usualMetric(metrics)).slice(0, MOST_METRICS);
  const xKind = X_KINDS.find((kind) => kind === get("x")) ?? "step";
  const within = rangeOf(get("from"), get("to"));
  if (metrics.length === 0) {
    return (
      <Panel>
        <Empty title="No metrics" command='mlflow.log_metric("loss", loss, step=epoch)'>
          These runs have logged no metric. Log one at each epoch and its curve appears here.
        </Empty>
      </Panel>
    );
  }
  const state = { metrics, keys, xKind, within, logarithmic: get("log") === "1", highlight: get("highlight") };
  return (
    <Panel>
      <CurvesBar comparison={comparison} state={state} set={set} />
      <Charts comparison={comparison} state={state} set={set} />
    </Panel>
  );
}

export interface CurvesState {
  metrics: string[];
  keys: string[];
  xKind: XKind;
  within: [number, number] | undefined;
  logarithmic: boolean;
  highlight: string | undefined;
}

export interface CurvesProps {
  comparison: Comparison;
  state: CurvesState;
  set: ReturnType<typeof useUrlState>["set"];
}

/** Losses are what people look at first; else the first metric that is not about the machine. */
function usualMetric(metrics: string[]): string[] {
  const own = metrics.filter((key) => !key.startsWith("system/"));
  const first = own.find((key) => /loss/i.test(key)) ?? own.find((key) => directionOf(key) === "lowest") ?? metrics[0];
  return first === undefined ? [] : [first];
}

function rangeOf(from: string | undefined, to: string | undefined): [number, number] | undefined {
  const [low, high] = [Number(from), Number(to)];
  return from !== undefined && to !== undefined && low < high ? [low, high] : undefined;
}

function Charts({ comparison, state, set }: CurvesProps) {
  const { runs, names, colors } = comparison;
  const { keys, xKind, within, logarithmic, highlight } = state;
  const body = {
    runs: runs.map(({ id }) => id),
    keys,
    buckets: BUCKETS,
    x: xKind,
    ...(within ? { from: within[0], to: within[1] } : {}),
  };
  const answer = query.useQuery(
    "post",
    "/api/v1/runs/series",
    { body },
    { placeholderData: (previous) => previous, staleTime: 30_000, refetchInterval: renewal(runs) },
  );
  const lines = useMemo(() => (answer.data ? polylinesOf(answer.data) : []), [answer.data]);
  const byKey = useMemo(() => keys.map((key) => lines.filter((line) => line.key === key)), [keys, lines]);
  const shown = useMemo(() => within, [within?.[0], within?.[1]]);
  return (
    <Loaded query={answer} lines={8}>
      {() => (
        <div className={classes.charts} data-many={keys.length > 1 || undefined}>
          {keys.map((key, index) => (
            <CurvesChart
              key={key}
              metric={key}
              lines={byKey[index] ?? []}
              names={names}
              colors={colors}
              xKind={xKind}
              logarithmic={logarithmic}
              within={shown}
              height={keys.length > 1 ? 260 : 420}
              highlight={highlight}
              onHighlight={(run) => set({ highlight: run })}
              onZoom={(from, to) => set({ from: rounded(from, to), to: rounded(to, from) }, { push: true })}
            />
          ))}
        </div>
      )}
    </Loaded>
  );
}

/** An end of the range, without digits that nobody can see. */
function rounded(end: number, other: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(end - other) || 1)));
  return String(Number(end.toFixed(Math.min(12, digits))));
}
