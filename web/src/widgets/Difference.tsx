import type { Schemas } from "../api/client";
import { middle, words } from "../state/format";
import classes from "./Difference.module.css";

type Field = Schemas["FieldDifference"];
type Lines = NonNullable<Field["lines"]>;

/** Fields whose values are digests or ids: what they say is that something changed, not what. */
const LONG_TEXT = 24;
/** Characters of a value that are shown. */
const MOST_TEXT = 240;

/** What changed, field by field: the value before, the value after, and texts line by line. Signs and words tell, not colour alone. */
export function Difference({ fields, before, after }: { fields: Field[]; before: string; after: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it.
    <section className={classes.scroll} tabIndex={0} aria-label={`Differences from ${before} to ${after}`}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">{before}</th>
            <th scope="col">{after}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <FieldRow key={field.field} field={field} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FieldRow({ field }: { field: Field }) {
  return (
    <>
      <tr>
        <th scope="row">{fieldWords(field.field)}</th>
        <td>
          <Value value={field.before} sign="−" />
        </td>
        <td>
          <Value value={field.after} sign="+" />
        </td>
      </tr>
      {field.lines && (
        <tr>
          <td colSpan={3} className={classes.linesCell}>
            <LineHunks lines={field.lines} name={fieldWords(field.field)} />
          </td>
        </tr>
      )}
    </>
  );
}

function Value({ value, sign }: { value: unknown; sign: string }) {
  if (value === null || value === undefined) return <span className={classes.none}>none</span>;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const shown =
    text.length > LONG_TEXT && /^[0-9a-z:]+$/.test(text) ? `${text.slice(0, 12)}…` : middle(text, MOST_TEXT);
  return (
    <bdi className={classes.value} data-sign={sign} title={shown === text ? undefined : text}>
      <span aria-hidden>{sign} </span>
      {shown}
    </bdi>
  );
}

const SIGNS: Record<string, string> = { same: " ", removed: "−", added: "+" };
const SPOKEN: Record<string, string> = { removed: "removed: ", added: "added: " };

/** Changed places of a text, with the lines around them. */
export function LineHunks({ lines, name }: { lines: Lines; name: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section className={classes.hunks} tabIndex={0} aria-label={`${name}, line by line`}>
      {lines.hunks.map((hunk) => (
        <div key={`${hunk.before_start} ${hunk.after_start}`}>
          <div className={classes.place}>
            @@ line {hunk.before_start} → {hunk.after_start} @@
          </div>
          {hunk.lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat; the hunk never changes.
            <div key={index} className={classes.line} data-kind={line.kind}>
              <span aria-hidden className={classes.sign}>
                {SIGNS[line.kind]}
              </span>
              {SPOKEN[line.kind] && <span className={classes.spoken}>{SPOKEN[line.kind]}</span>}
              <bdi>{line.text}</bdi>
            </div>
          ))}
        </div>
      ))}
      {lines.truncated && <div className={classes.place}>More lines differ; they are left out here.</div>}
    </section>
  );
}

/** `batching.max_rows` → "batching: max rows". */
export function fieldWords(field: string): string {
  return field.startsWith("files/") ? `file ${middle(field.slice(6), 60)}` : words(field).replace(".", ": ");
}
