import { Group, Switch } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { query, type Schemas } from "../../../api/client";
import { deltaOf, directionOf } from "../../../state/better";
import { count, measure, middle } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { Delta } from "../../../widgets/Delta";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { type Column, Table } from "../../../widgets/Table";
import { type RunDifference, runDifference } from "../data/runDifference";
import classes from "../models.module.css";

/** Rows shown at first, and more each time. */
const PORTION = 25;

/** What the run of this version did otherwise than the run of the version before it. Without one before: what it reached. */
export function DifferencePanel({ version }: { version: Schemas["VersionPage"] }) {
  const model = query.useQuery("get", "/api/v1/models/{model}", { params: { path: { model: version.model } } });
  const before = model.data?.versions.find((each) => each.version < version.version);
  if (!version.run) {
    return (
      <Panel title="Metrics and parameters">
        <p className={classes.hint}>The version names no run, so nothing is known of how it was trained.</p>
      </Panel>
    );
  }
  if (!before?.run || before.run === version.run) return <OwnNumbers run={version.run} />;
  return <Differences version={version} run={version.run} before={before} beforeRun={before.run} />;
}

function useRun(run: string) {
  return query.useQuery("get", "/api/v1/runs/{run}", { params: { path: { run } } });
}

function OwnNumbers({ run }: { run: string }) {
  const own = useRun(run);
  return (
    <Panel title="Metrics and parameters" flush>
      <Loaded query={own}>
        {(data) => <Rows rows={runDifference({ params: {}, metrics: {} }, data)} titles={undefined} />}
      </Loaded>
    </Panel>
  );
}

interface DifferencesProps {
  version: Schemas["VersionPage"];
  run: string;
  before: Schemas["VersionItem"];
  beforeRun: string;
}

function Differences({ version, run, before, beforeRun }: DifferencesProps) {
  const [own, other] = [useRun(run), useRun(beforeRun)];
  const { get, set } = useUrlState();
  const withSame = get("all") === "1";
  const link = (number: number) => (
    <Link to={`/models/${encodeURIComponent(version.model)}/${number}`} size="sm">
      version {number}
    </Link>
  );
  const compare = (
    <Group gap="md">
      <Switch
        size="sm"
        label="Only differences"
        checked={!withSame}
        onChange={(event) => set({ all: event.currentTarget.checked ? undefined : "1" })}
      />
      <ButtonLink
        size="compact-sm"
        variant="default"
        to="/compare"
        params={{ runs: `${beforeRun},${run}`, baseline: beforeRun }}
      >
        Compare the runs
      </ButtonLink>
    </Group>
  );
  return (
    <Panel title={`What changed since version ${before.version}`} aside={compare} flush>
      <Loaded query={other}>
        {(old) => (
          <Loaded query={own}>
            {(data) => (
              <Rows rows={runDifference(old, data, withSame)} titles={[link(before.version), link(version.version)]} />
            )}
          </Loaded>
        )}
      </Loaded>
    </Panel>
  );
}

function Rows({ rows, titles }: { rows: RunDifference[]; titles: [ReactNode, ReactNode] | undefined }) {
  const [shown, setShown] = useState(PORTION);
  if (rows.length === 0) {
    return (
      <p className={`${classes.hint} ${classes.inset}`}>
        {titles ? "Both runs logged the same parameters and metrics." : "The run logged no parameter and no metric."}
      </p>
    );
  }
  const columns: Column<RunDifference>[] = [
    {
      id: "key",
      title: "What",
      cell: ({ kind, key }) => (
        <>
          <bdi title={key}>{middle(key, 40)}</bdi> <span className={classes.small}>{kind}</span>
        </>
      ),
    },
    ...(titles
      ? [{ id: "before", title: titles[0], cell: ({ before }: RunDifference) => <Shown value={before} /> }]
      : []),
    { id: "after", title: titles?.[1] ?? "Value", cell: ({ after }) => <Shown value={after} /> },
    ...(titles ? [{ id: "delta", title: "Difference", cell: (row: RunDifference) => <Change row={row} /> }] : []),
  ];
  const more =
    shown < rows.length
      ? { load: () => setShown(shown + PORTION), isLoading: false, label: `Show more of ${count(rows.length)}` }
      : undefined;
  return (
    <Table
      label="Metrics and parameters"
      columns={columns}
      rows={rows.slice(0, shown)}
      rowKey={({ kind, key }) => `${kind} ${key}`}
      more={more}
    />
  );
}

function Shown({ value }: { value: string | number | undefined }) {
  if (value === undefined) return <span className={classes.small}>none</span>;
  return <bdi>{typeof value === "number" ? measure(value) : middle(value, 60)}</bdi>;
}

/** Numbers differ by an amount; of words it is enough to see both. */
function Change({ row }: { row: RunDifference }) {
  const [before, after] = [row.before, row.after].map((value) =>
    value === undefined || value === "" ? Number.NaN : Number(value),
  );
  if (before === undefined || after === undefined || !Number.isFinite(before) || !Number.isFinite(after)) return null;
  return <Delta delta={deltaOf(after, before, directionOf(row.key))} hasBetter={row.kind === "metric"} />;
}
