import { useCallback, useMemo } from "react";
import { useUrlState } from "../../../state/url";
import type { XKind } from "./useSeries";
import { parseRange, wholeSteps, writeRange, type XRange } from "./xRange";

const KINDS: XKind[] = ["step", "time", "relative_time"];
const MOST_SMOOTHING = 0.99;

/** What the address says about the charts: which ones, over what, how smooth. */
export function useChartView() {
  const { get, set } = useUrlState();
  const x = KINDS.find((kind) => kind === get("x")) ?? "step";
  const rangeText = get("range");
  const range = useMemo(() => parseRange(rangeText), [rangeText]);
  const smoothing = Number(get("smooth") ?? 0);
  const setRange = useCallback(
    (next: XRange | undefined) =>
      set({ range: writeRange(next && (x === "step" ? wholeSteps(next) : next)) }, { push: true }),
    [set, x],
  );
  const setPage = useCallback(
    (page: number, push = true) => set({ page: page > 1 ? String(page) : undefined }, { push }),
    [set],
  );
  return {
    text: get("q") ?? "",
    group: get("group"),
    page: Number(get("page") ?? 1),
    x,
    range,
    isLogarithmic: get("log") === "1",
    smoothing: Number.isFinite(smoothing) ? Math.min(Math.max(smoothing, 0), MOST_SMOOTHING) : 0,
    setGroup: (group: string | undefined) => set({ group, page: undefined }, { push: true }),
    setPage,
    // A range of steps is none of seconds.
    setX: (kind: string) => set({ x: kind === "step" ? undefined : kind, range: undefined }, { push: true }),
    setLogarithmic: (isOn: boolean) => set({ log: isOn ? "1" : undefined }),
    setSmoothing: (weight: number) => set({ smooth: weight > 0 ? String(weight) : undefined }),
    setRange,
  };
}

export type ChartView = ReturnType<typeof useChartView>;
