import { Group, MultiSelect, SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { useParams } from "wouter";
import { query } from "../../api/client";
import { words } from "../../state/format";
import { ButtonLink } from "../../widgets/ButtonLink";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { SavedViews } from "../../widgets/SavedViews";
import { Status } from "../../widgets/Status";
import { ColumnPicker } from "./columns/ColumnPicker";
import { joinIds, type KeyColumn, STATUSES, standardColumns } from "./columns/keyColumns";
import { RunFilter } from "./filter/RunFilter";
import { ExperimentActions } from "./list/ExperimentActions";
import classes from "./RunsPage.module.css";
import { SelectionBar } from "./selection/SelectionBar";
import { NoRuns, UnreadableFilter } from "./table/NoRuns";
import { Pager } from "./table/Pager";
import { RunsTable } from "./table/RunsTable";
import { PAGE_ROWS, useKeys, useRuns } from "./table/useRuns";
import { type RunView, useRunView } from "./table/useRunView";

/** Keys looked through for the standard columns: as many as the server gives. */
const STANDARD_KEYS = 1000;
/** What a saved view keeps; which experiments belongs to it when there are several. */
const VIEW_NAMES = ["experiments", "q", "status", "sort", "cols", "state"];

const PLACE_NAMES = ["cursor", "page"];

/** The runs of an experiment, or of several: filtered, sorted and paged by the server. */
export default function RunsPage() {
  const { experiment = "" } = useParams();
  return experiment === "" ? <RunsOfSeveral /> : <RunsOfOne id={experiment} />;
}

function RunsOfOne({ id }: { id: string }) {
  const view = useRunView();
  const experiment = query.useQuery("get", "/api/v1/experiments/{experiment}", {
    params: { path: { experiment: id } },
  });
  const crumbs = [{ label: "Experiments", to: "/experiments" }];
  if (experiment.error && !experiment.data) {
    return (
      <Page title="Experiment" crumbs={crumbs}>
        <Loaded query={experiment}>{() => null}</Loaded>
      </Page>
    );
  }
  return (
    <Page
      title={experiment.data?.name ?? "…"}
      crumbs={crumbs}
      beside={experiment.data?.state === "deleted" ? <Status state="deleted" /> : undefined}
      actions={
        experiment.data && (
          <>
            <ButtonLink size="compact-sm" variant="default" to="/traces" params={{ experiment: id }}>
              Traces
            </ButtonLink>
            <ExperimentActions experiment={experiment.data} />
          </>
        )
      }
    >
      <Runs view={view} showsExperiment={false} />
    </Page>
  );
}

function RunsOfSeveral() {
  const view = useRunView();
  const crumbs = [{ label: "Experiments", to: "/experiments" }];
  if (view.experiments.length === 0) {
    return (
      <Page title="Runs" crumbs={crumbs}>
        <Empty title="Which experiment?" action={<ButtonLink to="/experiments">Choose an experiment</ButtonLink>}>
          Runs are looked at by experiment. The address can name several: <code>/runs?experiments=1,2</code>
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={`Runs of ${view.experiments.length} experiments`} crumbs={crumbs}>
      <Runs view={view} showsExperiment />
    </Page>
  );
}

function useColumns(view: RunView) {
  const isOff = view.columns !== undefined;
  const metrics = useKeys(view.experiments, { kind: "metrics", limit: STANDARD_KEYS, isOff });
  const params = useKeys(view.experiments, { kind: "params", limit: STANDARD_KEYS, isOff });
  const standard = useMemo(() => standardColumns([...metrics.keys, ...params.keys]), [metrics.keys, params.keys]);
  if (view.columns) return view.columns;
  return metrics.isLoading || params.isLoading ? undefined : standard;
}

function Runs({ view, showsExperiment }: { view: RunView; showsExperiment: boolean }) {
  const columns = useColumns(view);
  const found = useRuns(view, columns);
  const { data, filterProblem, isOld } = found;
  return (
    <>
      <Toolbar view={view} columns={columns ?? []} error={filterProblem?.detail} />
      <Panel flush>
        <Group justify="space-between" gap="xs" className={classes.bar}>
          <SelectionBar view={view} total={data?.total ?? undefined} />
          <Pager view={view} data={data} />
        </Group>
        {isOld && <div className={classes.waiting} />}
        <Rows view={view} columns={columns ?? []} showsExperiment={showsExperiment} found={found} />
      </Panel>
    </>
  );
}

function Rows({
  view,
  columns,
  showsExperiment,
  found,
}: {
  view: RunView;
  columns: KeyColumn[];
  showsExperiment: boolean;
  found: ReturnType<typeof useRuns>;
}) {
  const { data } = found;
  if (!data) {
    if (found.filterProblem) return <UnreadableFilter view={view} />;
    return (
      <div className={classes.first}>
        <Loaded query={found.answer} lines={12}>
          {() => null}
        </Loaded>
      </div>
    );
  }
  if (data.items.length === 0) return <NoRuns view={view} />;
  return (
    <RunsTable
      runs={data.items}
      columns={columns}
      showsExperiment={showsExperiment}
      sort={view.sort}
      onSort={(sort) => view.ask({ sort })}
      selected={view.selected}
      onSelect={view.setSelected}
      offset={(view.page - 1) * PAGE_ROWS}
      total={data.total ?? undefined}
      isOld={found.isOld}
    />
  );
}

function Toolbar({ view, columns, error }: { view: RunView; columns: KeyColumn[]; error: string | undefined }) {
  return (
    <Group gap="sm" align="flex-start">
      <RunFilter
        experiments={view.experiments}
        written={view.written}
        onWrite={(q) => view.ask({ q }, false)}
        error={error}
      />
      <MultiSelect
        aria-label="Status"
        placeholder={view.statuses.length === 0 ? "Any status" : undefined}
        data={STATUSES.map((value) => ({ value, label: words(value.toLowerCase()) }))}
        value={view.statuses}
        onChange={(next) => view.ask({ status: joinIds(next) })}
        clearable
        miw={150}
        maw={280}
        flex="1 1 160px"
      />
      <SegmentedControl
        aria-label="Which runs"
        value={view.state}
        onChange={(next) => view.ask({ state: next === "deleted" ? next : undefined, runs: undefined })}
        data={[
          { value: "active", label: "Active" },
          { value: "deleted", label: "Deleted" },
        ]}
      />
      <ColumnPicker experiments={view.experiments} chosen={columns} onChange={view.setColumns} />
      <SavedViews page="runs" names={VIEW_NAMES} dropped={PLACE_NAMES} />
    </Group>
  );
}
