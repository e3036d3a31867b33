import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { api, type Schemas } from "../../../api/client";
import { bytes, count, middle } from "../../../state/format";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { Empty } from "../../../widgets/Empty";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { Person } from "../../../widgets/Person";
import { type Column, Table } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import { Aliases } from "../Aliases";
import type { Place } from "../data/served";
import classes from "../models.module.css";
import { Places } from "../Places";

type Version = Schemas["VersionItem"];

interface VersionsPanelProps {
  model: Schemas["ModelPage"];
  served: Map<number, Place[]>;
  isPending: boolean;
}

/** Versions of one page: what their files say is asked for one by one. */
const PAGE = 20;
/** The flavor every model has; it tells nothing. */
const COMMON_FLAVOR = "python_function";

/** All versions, newest first. */
export function VersionsPanel({ model, served, isPending }: VersionsPanelProps) {
  const list = useVersions(model.name);
  const versions = list.data?.pages.flatMap((page) => page?.items ?? []) ?? [];
  const files = useFiles(model.name, versions);
  const columns = versionColumns(model.name, served, isPending, files);
  const more = list.hasNextPage
    ? {
        load: () => void list.fetchNextPage(),
        isLoading: list.isFetchingNextPage,
        label: `Show more of ${count(model.version_count)}`,
      }
    : undefined;
  const runs = [...new Set(model.versions.flatMap(({ run }) => (run ? [run] : [])))];
  const compare = runs.slice(0, PAGE).join(",");
  return (
    <Panel
      title="Versions"
      flush
      aside={
        runs.length > 1 && (
          <ButtonLink size="compact-sm" variant="default" to="/compare" params={{ runs: compare }}>
            Compare their runs
          </ButtonLink>
        )
      }
    >
      <Loaded query={list}>
        {() => (
          <Table
            label={`Versions of ${middle(model.name, 60)}`}
            columns={columns}
            rows={versions}
            rowKey={({ version }) => String(version)}
            more={more}
            empty={
              <Empty
                title="No version yet"
                command={`mlflow.register_model("runs:/RUN_ID/model", ${JSON.stringify(model.name)})`}
              >
                A version is what one training run made of this model. Register one from a training script, or on the
                page of a run.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}

function versionColumns(
  model: string,
  served: Map<number, Place[]>,
  isPending: boolean,
  files: Map<number, Files>,
): Column<Version>[] {
  return [
    {
      id: "version",
      title: "Version",
      cell: ({ version }) => (
        <Link to={`/models/${encodeURIComponent(model)}/${version}`} fw={550}>
          {version}
        </Link>
      ),
    },
    {
      id: "aliases",
      title: "Aliases",
      cell: ({ aliases }) => <Aliases aliases={aliases.map((alias) => [alias])} />,
    },
    {
      id: "served",
      title: "Served by",
      cell: ({ version }) => <Places places={served.get(version) ?? []} isPending={isPending} />,
    },
    { id: "run", title: "Run", cell: ({ run }) => <RunLink run={run} />, from: "sm" },
    {
      id: "created",
      title: "Created",
      cell: ({ created_at }) => (
        <span className={classes.line}>
          <Time at={created_at} />
        </span>
      ),
    },
    {
      id: "by",
      title: "By",
      cell: ({ version }) => <Maker actor={files.get(version)?.created_by} />,
      from: "lg",
    },
    {
      id: "flavors",
      title: "Flavors",
      cell: ({ version }) => <span className={classes.line}>{flavorWords(files.get(version))}</span>,
      from: "lg",
    },
    {
      id: "bytes",
      title: "Size",
      align: "right",
      cell: ({ version }) => {
        const size = files.get(version)?.bytes;
        return <span className={classes.line}>{typeof size === "number" && bytes(size)}</span>;
      },
      from: "md",
    },
  ];
}

function RunLink({ run }: { run: string | null | undefined }) {
  if (!run) return <>–</>;
  return (
    <Link to={`/runs/${encodeURIComponent(run)}`} className={`mono ${classes.line}`} title={run}>
      {run.slice(0, 8)}
    </Link>
  );
}

function Maker({ actor }: { actor: string | null | undefined }) {
  return <span className={classes.line}>{actor ? <Person actor={actor} /> : "–"}</span>;
}

function useVersions(model: string) {
  return useInfiniteQuery({
    queryKey: ["get", "/api/v1/models/{model}/versions", { model }],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      const params = { path: { model }, query };
      return (await api.GET("/api/v1/models/{model}/versions", { params, signal })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
}

type Files = Schemas["VersionPage"];

/** What the files of versions say. They are frozen, so each is asked for once. */
function useFiles(model: string, versions: Version[]): Map<number, Files> {
  const answers = useQueries({
    queries: versions.map(({ version }) => ({
      queryKey: ["get", "/api/v1/models/{model}/versions/{version}", { files: true, model, version }],
      queryFn: async () => {
        const params = { path: { model, version: String(version) } };
        return (await api.GET("/api/v1/models/{model}/versions/{version}", { params })).data ?? null;
      },
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  return new Map(answers.flatMap(({ data }) => (data ? [[data.version, data] as const] : [])));
}

function flavorWords(files: Files | undefined): string {
  const flavors = files?.flavors ?? [];
  const telling = flavors.filter((flavor) => flavor !== COMMON_FLAVOR);
  return (telling.length > 0 ? telling : flavors).join(", ");
}
