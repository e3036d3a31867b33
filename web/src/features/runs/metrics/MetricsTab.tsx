import { Button, Group, Text } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import { count } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { Empty } from "../../../widgets/Empty";
import { Panel } from "../../../widgets/Panel";
import { Refusal } from "../../../widgets/Refusal";
import type { Run } from "../useRun";
import { ChartTools } from "./ChartTools";
import { chosenKeys, groupsOf, isSystem, PAGE_CHARTS, pageOf } from "./groups";
import { MetricChart } from "./MetricChart";
import classes from "./MetricsTab.module.css";
import { type ChartView, useChartView } from "./useChartView";
import { useSeries } from "./useSeries";

/** The curves of what the run logged, a page of charts at a time; `system` shows what was measured about the machine. */
export function MetricsTab({ run, system }: { run: Run; system: boolean }) {
  const view = useChartView();
  const keys = useMemo(() => Object.keys(run.metrics).filter((key) => isSystem(key) === system), [run.metrics, system]);
  // Below `system/` the next part groups, but few machines are worth it.
  const groups = useMemo(() => (system ? [] : groupsOf(keys)), [keys, system]);
  const chosen = useMemo(() => chosenKeys(keys, { text: view.text, group: view.group }), [keys, view.text, view.group]);
  const page = pageOf(chosen, view.page);
  useFirstPage(view);
  const isLive = run.status === "RUNNING";
  const answer = useSeries({ run: run.id, keys: page.items, x: view.x, range: view.range, isLive });
  if (keys.length === 0) return <NoMetrics isLive={isLive} />;
  return (
    <>
      <ChartTools view={view} groups={groups} axis={answer.data} />
      {answer.error && <Refusal error={answer.error} retry={() => void answer.refetch()} />}
      {chosen.length === 0 ? <NoMatch /> : <Charts keys={page.items} view={view} answer={answer.data} />}
      <Pages view={view} page={page.page} pages={page.pages} total={chosen.length} />
    </>
  );
}

/** Another search starts at its first page. */
function useFirstPage({ text, setPage }: ChartView) {
  const before = useRef(text);
  useEffect(() => {
    if (before.current === text) return;
    before.current = text;
    setPage(1, false);
  }, [text, setPage]);
}

function Charts({
  keys,
  view,
  answer,
}: {
  keys: string[];
  view: ChartView;
  answer: ReturnType<typeof useSeries>["data"];
}) {
  const curves = useMemo(() => new Map(answer?.series.map((curve) => [curve.key, curve])), [answer]);
  const axis = useMemo(() => answer && { from: answer.from, to: answer.to, buckets: answer.buckets }, [answer]);
  const { setRange } = view;
  const onZoom = useMemo(() => (from: number, to: number) => setRange({ from, to }), [setRange]);
  return (
    <Panel>
      <div className={classes.charts}>
        {keys.map((key) => (
          <MetricChart
            key={key}
            metric={key}
            curve={answer ? (curves.get(key) ?? null) : undefined}
            axis={axis}
            // What is shown until the new answer comes was asked with the old kind of x.
            x={answer?.x ?? view.x}
            smoothing={view.smoothing}
            isLogarithmic={view.isLogarithmic}
            onZoom={onZoom}
          />
        ))}
      </div>
    </Panel>
  );
}

function Pages({ view, page, pages, total }: { view: ChartView; page: number; pages: number; total: number }) {
  if (total === 0) return null;
  const first = (page - 1) * PAGE_CHARTS + 1;
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed" role="status">
        {count(first)}–{count(Math.min(first + PAGE_CHARTS - 1, total))} of {count(total)} metrics
      </Text>
      {pages > 1 && (
        <Group gap="xs">
          <Button variant="default" size="compact-sm" disabled={page === 1} onClick={() => view.setPage(page - 1)}>
            Previous charts
          </Button>
          <Button variant="default" size="compact-sm" disabled={page === pages} onClick={() => view.setPage(page + 1)}>
            Next charts
          </Button>
        </Group>
      )}
    </Group>
  );
}

function NoMatch() {
  const { set } = useUrlState();
  return (
    <Panel>
      <Empty
        title="No metric matches"
        action={
          <Button variant="default" onClick={() => set({ q: undefined, group: undefined, page: undefined })}>
            Show all metrics
          </Button>
        }
      />
    </Panel>
  );
}

function NoMetrics({ isLive }: { isLive: boolean }) {
  return (
    <Panel>
      <Empty title="No metric yet" command={'mlflow.log_metric("loss", loss, step=epoch)'}>
        {isLive
          ? "The run is under way; charts show up as it logs."
          : "The run logged no metric. Training code logs one like this:"}
      </Empty>
    </Panel>
  );
}
