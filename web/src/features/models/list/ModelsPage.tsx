import { Button, Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { Empty } from "../../../widgets/Empty";
import { Filter } from "../../../widgets/Filter";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Page } from "../../../widgets/Page";
import { Panel } from "../../../widgets/Panel";
import { type Column, Table } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import { Aliases } from "../Aliases";
import { placesOf, servedVersions } from "../data/served";
import { useServing } from "../data/useServed";
import classes from "../models.module.css";
import { Places } from "../Places";
import { NewModel } from "./NewModel";

type Model = Schemas["ModelItem"];

const PAGE = 50;

/** The registered models of the team. */
export default function ModelsPage() {
  const { get, set } = useUrlState();
  const q = get("q");
  const filter = { limit: PAGE, ...(q ? { q } : {}) };
  const models = useInfiniteQuery({
    queryKey: ["get", "/api/v1/models", filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, ...(pageParam ? { cursor: pageParam } : {}) };
      const { data } = await api.GET("/api/v1/models", { params: { query }, signal });
      return data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
    placeholderData: (before) => before,
  });
  const columns = useColumns();
  const empty = q ? (
    <Empty
      title="No model matches the filter"
      action={
        <Button variant="default" onClick={() => set({ q: undefined })}>
          Show all models
        </Button>
      }
    />
  ) : (
    <Empty
      title="No model yet"
      command={'mlflow.sklearn.log_model(model, name="model", registered_model_name="churn")'}
    >
      A registered model is a name for the versions you train, one after the other. Aliases such as champion name a
      version, and services serve one. Register the first from a training script, or on the page of a run.
    </Empty>
  );
  const more = models.hasNextPage
    ? { load: () => void models.fetchNextPage(), isLoading: models.isFetchingNextPage }
    : undefined;
  return (
    <Page title="Models" actions={<NewModel />}>
      <Group gap="sm">
        <Filter label="Filter by name" />
      </Group>
      <Panel flush>
        <Loaded query={models}>
          {(data) => (
            <Table
              label="Registered models"
              columns={columns}
              rows={data.pages.flatMap((page) => page?.items ?? [])}
              rowKey={(model) => model.name}
              empty={empty}
              more={more}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function useColumns(): Column<Model>[] {
  const { services, rollouts, isPending } = useServing();
  return [
    {
      id: "name",
      title: "Model",
      cell: (model) => (
        <Link to={`/models/${encodeURIComponent(model.name)}`} title={model.name} fw={550} className={classes.wide}>
          <bdi>{middle(model.name, 50)}</bdi>
        </Link>
      ),
    },
    {
      id: "version",
      title: "Latest version",
      cell: (model) =>
        model.latest_version ? (
          <Link to={`/models/${encodeURIComponent(model.name)}/${model.latest_version}`}>{model.latest_version}</Link>
        ) : (
          "none yet"
        ),
    },
    {
      id: "aliases",
      title: "Aliases",
      cell: (model) => <Aliases aliases={Object.entries(model.aliases)} />,
      from: "sm",
    },
    {
      id: "served",
      title: "Served by",
      cell: (model) => (
        <Places places={placesOf(servedVersions(model.name, services, rollouts))} isPending={isPending} />
      ),
    },
    { id: "updated", title: "Changed", cell: (model) => <Time at={model.updated_at} />, from: "md" },
  ];
}
