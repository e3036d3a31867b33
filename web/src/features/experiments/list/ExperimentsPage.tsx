import { Group, SegmentedControl, VisuallyHidden } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../../api/client";
import { count, middle } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { Empty } from "../../../widgets/Empty";
import { Filter } from "../../../widgets/Filter";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Page } from "../../../widgets/Page";
import { Panel } from "../../../widgets/Panel";
import { Status } from "../../../widgets/Status";
import { type Column, Table } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import { CreateExperiment } from "./CreateExperiment";
import { ExperimentActions } from "./ExperimentActions";

type Experiment = Schemas["ExperimentItem"];

const PAGE = 100;

const columns: Column<Experiment>[] = [
  {
    id: "name",
    title: "Experiment",
    cell: (experiment) => (
      <Link to={`/experiments/${encodeURIComponent(experiment.id)}`} size="sm" fw={600} title={experiment.name}>
        <bdi>{middle(experiment.name, 80)}</bdi>
      </Link>
    ),
  },
  { id: "runs", title: "Runs", align: "right", cell: (experiment) => count(experiment.runs) },
  { id: "updated", title: "Last update", cell: (experiment) => <Time at={experiment.updated_at} /> },
  { id: "created", title: "Created", cell: (experiment) => <Time at={experiment.created_at} />, from: "md" },
  { id: "state", title: "State", cell: (experiment) => <Status state={experiment.state} />, from: "sm" },
  {
    id: "actions",
    title: <VisuallyHidden>Actions</VisuallyHidden>,
    align: "right",
    from: "sm",
    cell: (experiment) => <ExperimentActions experiment={experiment} />,
  },
];

/** Every experiment: how many runs it has and when the last one wrote something. */
export default function ExperimentsPage() {
  const { get, set } = useUrlState();
  const q = get("q");
  const state: "active" | "deleted" = get("state") === "deleted" ? "deleted" : "active";
  const filter = { q, state, limit: PAGE };
  const experiments = useInfiniteQuery({
    queryKey: ["get", "/api/v1/experiments", filter],
    queryFn: async ({ pageParam }) => {
      const { data } = await api.GET("/api/v1/experiments", {
        params: { query: { ...filter, cursor: pageParam } },
      });
      return data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  const more = experiments.hasNextPage
    ? { load: () => void experiments.fetchNextPage(), isLoading: experiments.isFetchingNextPage }
    : undefined;
  return (
    <Page title="Experiments" actions={<CreateExperiment />}>
      <Group gap="sm">
        <Filter label="Filter by name" />
        <SegmentedControl
          size="xs"
          aria-label="Which experiments"
          value={state}
          onChange={(next) => set({ state: next === "deleted" ? next : undefined }, { push: true })}
          data={[
            { value: "active", label: "Active" },
            { value: "deleted", label: "Deleted" },
          ]}
        />
      </Group>
      <Panel flush>
        <Loaded query={experiments}>
          {(data) => (
            <Table
              label="Experiments"
              columns={columns}
              rows={data.pages.flatMap((page) => page?.items ?? [])}
              rowKey={(experiment) => experiment.id}
              empty={<NoExperiment isFiltered={q !== undefined} isDeleted={state === "deleted"} />}
              more={more}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function NoExperiment({ isFiltered, isDeleted }: { isFiltered: boolean; isDeleted: boolean }) {
  const showAll = (
    <ButtonLink to="/experiments" variant="default">
      Show all active experiments
    </ButtonLink>
  );
  if (isFiltered) return <Empty title="No experiment has this in its name" action={showAll} />;
  if (isDeleted) {
    return (
      <Empty title="No deleted experiment" action={showAll}>
        What is deleted stays here with its runs and can be brought back.
      </Empty>
    );
  }
  return (
    <Empty title="No experiment yet" command={'eval "$(roadbed env)"  # then run your training with mlflow as it is'}>
      An experiment is a set of runs that belong together. Training code makes it with{" "}
      <code>mlflow.set_experiment("churn")</code>; any MLflow client works unchanged.
    </Empty>
  );
}
