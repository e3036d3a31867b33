import { Button, Checkbox, Group, Select, Switch } from "@mantine/core";
import { middle } from "../../../state/format";
import { Empty } from "../../../widgets/Empty";
import { Filter } from "../../../widgets/Filter";
import { Panel } from "../../../widgets/Panel";
import type { Comparison } from "../data/useComparison";
import { RunColumns } from "./RunColumns";
import { RunRows } from "./RunRows";
import classes from "./table.module.css";
import { type TableState, useTableState } from "./useTableState";

/** More runs than this stand one below the other. */
const MOST_COLUMNS = 50;
/** A list to choose a baseline from is of no help beyond this; the pin of each run is. */
const MOST_CHOICES = 200;

/** Parameters, latest metrics and tags of the runs. */
export function TableTab({
  comparison,
  onRemove,
}: {
  comparison: Comparison;
  onRemove: ((id: string) => void) | undefined;
}) {
  const state = useTableState(comparison);
  return (
    <Panel flush>
      <TableBar comparison={comparison} state={state} />
      {state.columns.length === 0 ? (
        <NothingToShow comparison={comparison} state={state} />
      ) : comparison.runs.length > MOST_COLUMNS ? (
        <RunRows comparison={comparison} state={state} />
      ) : (
        <RunColumns comparison={comparison} state={state} onRemove={onRemove} />
      )}
    </Panel>
  );
}

function TableBar({ comparison, state }: { comparison: Comparison; state: TableState }) {
  const { runs, columns, differing } = comparison;
  const { set, kinds, baseline } = state;
  const same = columns.length - differing.length;
  return (
    <div className={classes.bar}>
      <Switch
        size="sm"
        label="Only differences"
        checked={!state.showsAll}
        disabled={runs.length < 2}
        onChange={(event) => set({ all: event.currentTarget.checked ? undefined : "1" })}
      />
      <Checkbox.Group
        aria-label="Kinds shown"
        value={kinds}
        onChange={(next) => set({ of: next.length === 3 || next.length === 0 ? undefined : next.join(",") })}
      >
        <Group gap="md">
          <Checkbox size="xs" value="params" label="Parameters" />
          <Checkbox size="xs" value="metrics" label="Metrics" />
          <Checkbox size="xs" value="tags" label="Tags" />
        </Group>
      </Checkbox.Group>
      <Filter label="Filter by name" width={180} />
      {runs.length > 1 && runs.length <= MOST_CHOICES && (
        <Select
          size="sm"
          w={220}
          aria-label="Baseline"
          placeholder="No baseline"
          clearable
          searchable
          value={baseline?.id ?? null}
          data={runs.map((run) => ({ value: run.id, label: middle(run.name, 40) }))}
          onChange={(id) => state.setBaseline(runs.find((run) => run.id === id))}
        />
      )}
      {!state.showsAll && same > 0 && <span className={classes.note}>{same} more are the same in all runs</span>}
    </div>
  );
}

function NothingToShow({ comparison, state }: { comparison: Comparison; state: TableState }) {
  if (state.isFiltered) {
    return (
      <Empty
        title="Nothing matches"
        action={
          <Button size="compact-sm" variant="default" onClick={() => state.set({ q: undefined, of: undefined })}>
            Clear the filter
          </Button>
        }
      >
        No parameter, metric or tag has such a name.
      </Empty>
    );
  }
  if (comparison.columns.length === 0) {
    return (
      <Empty
        title="These runs have logged nothing yet"
        command={'mlflow.log_params({"lr": 0.1}); mlflow.log_metric("auc", 0.9)'}
      >
        Parameters, metrics and tags appear here as soon as a run logs them.
      </Empty>
    );
  }
  return (
    <Empty
      title="These runs are alike"
      action={
        <Button size="compact-sm" variant="default" onClick={() => state.set({ all: "1" })}>
          Show all {comparison.columns.length}
        </Button>
      }
    >
      Every parameter, latest metric and tag is the same in all of them.
    </Empty>
  );
}
