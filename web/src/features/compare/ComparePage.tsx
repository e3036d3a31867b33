import { Alert, Skeleton, Tabs } from "@mantine/core";
import { Fragment, useEffect } from "react";
import type { Schemas } from "../../api/client";
import { count, middle } from "../../state/format";
import { useUrlState } from "../../state/url";
import { ButtonLink } from "../../widgets/ButtonLink";
import { Empty } from "../../widgets/Empty";
import { Link } from "../../widgets/Link";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { Refusal } from "../../widgets/Refusal";
import { useTabInView } from "../../widgets/useTabInView";
import { BestBy } from "./BestBy";
import { CurvesTab } from "./curves/CurvesTab";
import { MOST_RUNS, SELECTION_NAMES, type Selection } from "./data/selection";
import { type Comparison, useComparison } from "./data/useComparison";
import { useShortAddress } from "./data/useShortAddress";
import { ParallelTab } from "./parallel/ParallelTab";
import { SaveComparison } from "./SaveComparison";
import { ScatterTab } from "./scatter/ScatterTab";
import { TableTab } from "./table/TableTab";

const TABS = [
  ["table", "Table"],
  ["curves", "Curves"],
  ["parallel", "Parallel coordinates"],
  ["scatter", "Scatter"],
] as const;

/** Runs side by side: what differs, how they went, what leads to what, and which one is best. */
export default function ComparePage() {
  const { set } = useUrlState();
  const { comparison, selection, view, error, isKnown, retry } = useComparison();
  useShortAddress(selection);
  // A link that names a view only shows it as it was saved; what is changed afterwards stands in the address.
  const isBare = useIsBare();
  useEffect(() => {
    if (view && isBare) set(stateOf(view.query));
  }, [view, isBare, set]);
  const open = (other: Schemas["SavedViewView"]) => {
    const cleared = Object.fromEntries(
      [...new URLSearchParams(location.search).keys()].map((name) => [name, undefined]),
    );
    const { team, project } = Object.fromEntries(new URLSearchParams(location.search));
    set({ ...cleared, team, project, ...stateOf(other.query), view: other.id }, { push: true });
  };
  const chooseOnly = (ids: string[]) => {
    const names = ["view", "page", ...SELECTION_NAMES, ...brushNames()];
    set({ ...Object.fromEntries(names.map((name) => [name, undefined])), runs: ids.join(",") }, { push: true });
  };
  const actions =
    selection.by === "nothing" ? undefined : <SaveComparison selection={selection} current={view} onOpen={open} />;
  return (
    <Page
      title="Compare runs"
      crumbs={[{ label: "Experiments", to: "/experiments" }]}
      facts={comparison && <Chosen comparison={comparison} />}
      actions={actions}
    >
      {comparison ? (
        <Compared comparison={comparison} chooseOnly={chooseOnly} />
      ) : error ? (
        <Refusal error={error} retry={retry} />
      ) : isKnown && selection.by === "nothing" ? (
        <NothingChosen />
      ) : (
        <div role="status" aria-busy="true" aria-label="Loading the runs">
          <Skeleton height={320} radius="md" />
        </div>
      )}
    </Page>
  );
}

function Compared({ comparison, chooseOnly }: { comparison: Comparison; chooseOnly: (ids: string[]) => void }) {
  const { get, set } = useUrlState();
  const { runs, missing } = comparison;
  const tab = TABS.find(([name]) => name === get("tab"))?.[0] ?? "table";
  const row = useTabInView<HTMLDivElement>(tab);
  if (runs.length === 0) return <NoRuns selection={comparison.selection} />;
  const without = (id: string) => chooseOnly(runs.map((run) => run.id).filter((each) => each !== id));
  const content = {
    table: () => <TableTab comparison={comparison} onRemove={runs.length > 1 ? without : undefined} />,
    curves: () => <CurvesTab comparison={comparison} />,
    parallel: () => <ParallelTab comparison={comparison} onOnly={chooseOnly} />,
    scatter: () => <ScatterTab comparison={comparison} />,
  };
  return (
    <>
      <LeftOut selection={comparison.selection} />
      {missing.length > 0 && <Gone missing={missing} />}
      <BestBy comparison={comparison} />
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "table" ? undefined : (next ?? undefined) }, { push: true })}
      >
        <Tabs.List ref={row} mb="md" className="tab-row">
          {TABS.map(([name, label]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(([name]) => (
          <Tabs.Panel key={name} value={name}>
            {name === tab && content[name]()}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

/** Does the address name a view and nothing else about the page? */
function useIsBare(): boolean {
  const { search } = useUrlState();
  const names = [...new URLSearchParams(search).keys()];
  return names.includes("view") && names.every((name) => ["view", "team", "project"].includes(name));
}

/** How a saved view looks at its runs: all of it but the selection. */
function stateOf(query: string): Record<string, string> {
  const names: readonly string[] = SELECTION_NAMES;
  return Object.fromEntries([...new URLSearchParams(query)].filter(([name]) => !names.includes(name)));
}

function brushNames(): string[] {
  return [...new URLSearchParams(location.search).keys()].filter((name) => name.startsWith("keep."));
}

/** Experiments told by name; more are counted. */
const NAMED_EXPERIMENTS = 3;

function Chosen({ comparison }: { comparison: Comparison }) {
  const { runs } = comparison;
  const experiments = new Map(runs.map(({ experiment, experiment_name }) => [experiment, experiment_name]));
  return (
    <>
      <span>{count(runs.length)} runs</span>
      <span>
        of{" "}
        {[...experiments].slice(0, NAMED_EXPERIMENTS).map(([id, name], index) => (
          <Fragment key={id}>
            {index > 0 && ", "}
            <Link to={`/experiments/${encodeURIComponent(id)}`} size="sm" title={name} underline="always">
              <bdi>{middle(name, 40)}</bdi>
            </Link>
          </Fragment>
        ))}
        {experiments.size > NAMED_EXPERIMENTS && ` and ${experiments.size - NAMED_EXPERIMENTS} more experiments`}
      </span>
    </>
  );
}

function NothingChosen() {
  return (
    <Panel>
      <Empty title="No runs chosen" action={<ButtonLink to="/experiments">To the experiments</ButtonLink>}>
        Choose runs in an experiment and press Compare, or compare all that a filter finds. You see what differs between
        them, their curves, and which one is best.
      </Empty>
    </Panel>
  );
}

function NoRuns({ selection }: { selection: Selection }) {
  const experiment = selection.by === "search" ? selection.experiments.split(",")[0] : undefined;
  const to = experiment ? `/experiments/${encodeURIComponent(experiment)}` : "/experiments";
  return (
    <Panel>
      <Empty title="These runs are not there" action={<ButtonLink to={to}>Choose others</ButtonLink>}>
        {selection.by === "search"
          ? "No run of the experiment matches the filter any more."
          : "They were deleted, or they belong to a team that you are not in."}
      </Empty>
    </Panel>
  );
}

function LeftOut({ selection }: { selection: Selection }) {
  if (selection.by !== "ids" || !selection.left) return null;
  return (
    <Alert color="yellow" variant="light" title={`${count(selection.left)} of the chosen runs are left out`}>
      At most {count(MOST_RUNS)} runs are compared: these are the first ones. A filter in the experiment finds fewer.
    </Alert>
  );
}

function Gone({ missing }: { missing: string[] }) {
  return (
    <Alert color="yellow" variant="light" title={`${count(missing.length)} of the chosen runs are not there`}>
      They were deleted, or they belong to a team that you are not in. The others are compared.
    </Alert>
  );
}
