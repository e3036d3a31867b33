import type { Schemas } from "../../../api/client";
import { middle, words } from "../../../state/format";
import { Panel } from "../../../widgets/Panel";
import { type Column, Table } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import classes from "./trace.module.css";
import { type Step, valueText } from "./waterfall";

type Assessment = Schemas["AssessmentItem"];

/** What people, programs and models said about the trace. */
export function Assessments({ said, steps }: { said: Assessment[]; steps: Step[] }) {
  const names = new Map(steps.map(({ id, name }) => [id, name]));
  return (
    <Panel title="What was said about it" flush>
      <Table
        label="Assessments"
        columns={columnsOf(names)}
        rows={said}
        rowKey={({ id }) => id}
        empty={
          <p className={classes.hint}>
            Nobody said anything about it. Code does with <code>mlflow.log_feedback</code> and{" "}
            <code>mlflow.log_expectation</code>.
          </p>
        }
      />
    </Panel>
  );
}

function columnsOf(names: Map<string, string>): Column<Assessment>[] {
  return [
    {
      id: "name",
      title: "Name",
      cell: ({ name, kind }) => (
        <>
          <bdi title={name}>{middle(name, 40)}</bdi>{" "}
          {kind !== "feedback" && <span className={classes.kind}>{kind}</span>}
        </>
      ),
    },
    { id: "value", title: "Value", cell: (one) => <Value said={one} /> },
    {
      id: "why",
      title: "Why",
      cell: ({ rationale }) => <bdi className={classes.why}>{rationale ? middle(rationale, 400) : "–"}</bdi>,
    },
    {
      id: "by",
      title: "By",
      cell: ({ source, source_type: kind }) => (
        <>
          <bdi title={source}>{middle(source, 30)}</bdi>{" "}
          <span className={classes.kind}>{words(kind.toLowerCase())}</span>
        </>
      ),
    },
    {
      id: "about",
      title: "About",
      cell: ({ span }) => (
        <bdi className={classes.line}>{span ? middle(names.get(span) ?? span, 30) : "the whole"}</bdi>
      ),
      from: "sm",
    },
    {
      id: "at",
      title: "When",
      cell: ({ created_at }) => (
        <span className={classes.line}>
          <Time at={created_at} />
        </span>
      ),
      from: "md",
    },
  ];
}

function Value({ said }: { said: Assessment }) {
  if (said.error !== null && said.error !== undefined) {
    return <bdi className={classes.wrong}>could not say: {middle(valueText(said.error), 120)}</bdi>;
  }
  return (
    <bdi
      data-old={!said.valid || undefined}
      className={classes.value}
      title={said.valid ? undefined : "replaced by a later one"}
    >
      {middle(valueText(said.value), 120)}
      {!said.valid && " (replaced)"}
    </bdi>
  );
}
