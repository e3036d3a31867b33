import type { Schemas } from "../../api/client";
import { count } from "../../state/format";
import { Panel } from "../../widgets/Panel";
import { percentText } from "../../widgets/rollouts/TrafficSplit";
import { type Column, Table } from "../../widgets/Table";
import { Duration, Time } from "../../widgets/Time";

import classes from "./Stages.module.css";

type Explained = Schemas["ExplanationView"];

interface Row {
  stage: Explained["stages"][number];
  counts: Explained["counts"][number] | undefined;
  end: string | null | undefined;
}

/** `183, none bad` or `37, 2 failed, 1 slow`. */
function counted(arm: { units: number; errors: number; slow: number }): string {
  const bad = [arm.errors > 0 ? `${count(arm.errors)} failed` : "", arm.slow > 0 ? `${count(arm.slow)} slow` : ""];
  const named = bad.filter((text) => text !== "");
  return `${count(arm.units)}, ${named.length === 0 ? "none bad" : named.join(", ")}`;
}

const COLUMNS: Column<Row>[] = [
  {
    id: "kind",
    title: "Stage",
    cell: ({ stage }) =>
      stage.kind === "warm_up" ? (
        <span className={classes.kind} title="Its requests are counted and not judged">
          Warm-up
        </span>
      ) : (
        "Step"
      ),
  },
  { id: "share", title: "Share", align: "right", cell: ({ stage }) => <b>{percentText(stage.weight_percent)}</b> },
  {
    id: "since",
    title: "Since",
    cell: ({ stage }) => (
      <span className={classes.kind}>
        <Time at={stage.started_at} />
      </span>
    ),
  },
  {
    id: "lasted",
    title: "Lasted",
    align: "right",
    cell: ({ stage, end }) => <Duration from={stage.started_at} to={end} />,
  },
  { id: "new", title: "To the new revision", cell: ({ counts }) => (counts ? counted(counts.canary) : "–") },
  {
    id: "old",
    title: "To the old revision",
    from: "sm",
    cell: ({ counts }) => (counts ? counted(counts.stable) : "–"),
  },
];

/** The shares that were in force one after the other, and what was counted under each. */
export function Stages({ explained }: { explained: Explained }) {
  const { stages, counts, rollout } = explained;
  if (stages.length === 0) return null;
  const rows = stages.map((stage, index) => ({
    stage,
    counts: counts.find((each) => each.stage === stage.number),
    end: stages[index + 1]?.started_at ?? rollout.ended_at,
  }));
  return (
    <Panel title="Stages" flush>
      <Table
        label="Shares and what was counted"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ stage }) => String(stage.number)}
      />
    </Panel>
  );
}
