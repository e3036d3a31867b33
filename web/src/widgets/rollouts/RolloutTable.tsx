import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { middle } from "../../state/format";
import { Link } from "../Link";
import { Person } from "../Person";
import { Status } from "../Status";
import { type Column, Table } from "../Table";
import { Duration, Time } from "../Time";
import classes from "./RolloutTable.module.css";
import { fromTo, isOpen, sentenceOf } from "./words";

type Rollout = Schemas["RolloutView"];

/** Page of a rollout. */
export function rolloutPath(rollout: Pick<Rollout, "service" | "id">): string {
  return `/services/${encodeURIComponent(rollout.service)}/rollouts/${rollout.id}`;
}

const SERVICE: Column<Rollout> = {
  id: "service",
  title: "Service",
  cell: (rollout) => (
    <Link to={`/services/${encodeURIComponent(rollout.service)}`} size="sm" fw={600}>
      {rollout.service}
    </Link>
  ),
};

const COLUMNS: Column<Rollout>[] = [
  { id: "state", title: "State", cell: (rollout) => <Status state={rollout.state} /> },
  {
    id: "model",
    title: "Model",
    cell: (rollout) => (
      <span className={classes.pair}>
        <Link to={rolloutPath(rollout)} size="sm" fw={600}>
          <bdi>{middle(rollout.model, 36)}</bdi>
        </Link>
        <span className={classes.quiet}>revision {fromTo(rollout)}</span>
      </span>
    ),
  },
  {
    id: "verdict",
    title: "Verdict",
    cell: (rollout) => <bdi className={classes.sentence}>{middle(sentenceOf(rollout), 400)}</bdi>,
    from: "sm",
  },
  {
    id: "started",
    title: "Started",
    cell: (rollout) => (
      <span className={classes.pair}>
        <Time at={rollout.created_at} />
        <span className={classes.quiet}>
          {isOpen(rollout) ? "so far " : "took "}
          <Duration from={rollout.started_at ?? rollout.created_at} to={rollout.ended_at} />
        </span>
      </span>
    ),
  },
  {
    id: "by",
    title: "By",
    cell: (rollout) => (
      <span className={classes.pair}>
        <Person actor={rollout.actor} />
      </span>
    ),
    from: "lg",
  },
];

/** Rollouts, newest first. */
export function RolloutTable({
  rollouts,
  withService,
  empty,
  more,
}: {
  rollouts: Rollout[];
  withService?: boolean;
  empty: ReactNode;
  more?: { load: () => void; isLoading: boolean } | undefined;
}) {
  return (
    <Table
      label="Rollouts"
      columns={withService ? [SERVICE, ...COLUMNS] : COLUMNS}
      rows={rollouts}
      rowKey={(rollout) => rollout.id}
      empty={empty}
      more={more}
    />
  );
}
