import { useState } from "react";
import type { Schemas } from "../../../api/client";
import { count, measure, middle } from "../../../state/format";
import { Panel } from "../../../widgets/Panel";
import { type Column, Table } from "../../../widgets/Table";
import classes from "../models.module.css";
import card from "./card.module.css";

type Card = Schemas["Card"];
type Row = [name: string, value: string];

/** Rows shown at first, and more each time. */
const PORTION = 20;

/** What people wrote, as they wrote it: nothing in it is carried out. */
export function Notes({ notes }: { notes: Card["notes"] }) {
  return (
    <Panel title="What people wrote">
      {notes.length === 0 ? (
        <p className={classes.hint}>
          Nobody described the model or this version. Say in the description, or in the tag <code>model.card</code> of
          the version, what it is meant for, whom it may harm, and where it must not be used.
        </p>
      ) : (
        notes.map(({ from, text }) => (
          <figure key={from} className={card.note}>
            <figcaption>Written by people, in the {from}</figcaption>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long one scrolls, so the keyboard must reach it. */}
            <blockquote className={card.text} dir="auto" tabIndex={0}>
              {text}
            </blockquote>
          </figure>
        ))
      )}
    </Panel>
  );
}

/** Measurements and parameters of the run it came from. */
export function Measured({ card: { metrics, parameters } }: { card: Card }) {
  const measured = sorted(Object.entries(metrics).map(([name, value]): Row => [name, measure(value) || "no number"]));
  return (
    <>
      <Values title="Metrics" rows={measured} none="Its run logged no metric." />
      <Values title="Parameters" rows={sorted(Object.entries(parameters))} none="Its run logged no parameter." />
    </>
  );
}

const sorted = (rows: Row[]) => rows.sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }));

const COLUMNS: Column<Row>[] = [
  { id: "name", title: "Name", cell: ([name]) => <bdi title={name}>{middle(name, 60)}</bdi> },
  { id: "value", title: "Value", cell: ([, value]) => <bdi title={value}>{middle(value, 80)}</bdi> },
];

function Values({ title, rows, none }: { title: string; rows: Row[]; none: string }) {
  const [shown, setShown] = useState(PORTION);
  return (
    <Panel title={title} flush>
      <Table
        label={title}
        columns={COLUMNS}
        rows={rows.slice(0, shown)}
        rowKey={([name]) => name}
        empty={<p className={`${classes.hint} ${classes.inset}`}>{none}</p>}
        more={
          shown < rows.length
            ? {
                load: () => setShown(shown + PORTION * 5),
                isLoading: false,
                label: `Show more of ${count(rows.length)}`,
              }
            : undefined
        }
      />
    </Panel>
  );
}
