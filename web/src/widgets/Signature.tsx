import { Text } from "@mantine/core";
import { middle } from "../state/format";
import classes from "./Signature.module.css";

/** One column, or one tensor, of what a model takes or gives. */
export interface SignatureColumn {
  name?: string | null | undefined;
  /** `double`, `long`, `string`, or the kind of a tensor's numbers. */
  type: string;
  /** Of a tensor; -1 stands for any length. */
  shape?: number[] | null | undefined;
  required?: boolean | null | undefined;
}

/** What a model takes and what it gives, side by side. */
export function Signature({ inputs, outputs }: { inputs: SignatureColumn[]; outputs: SignatureColumn[] }) {
  return (
    <div className={classes.sides}>
      <Side title={`Inputs (${inputs.length})`} columns={inputs} />
      <Side title={`Outputs (${outputs.length})`} columns={outputs} />
    </div>
  );
}

function typeOf(column: SignatureColumn): string {
  const shape = column.shape ? ` [${column.shape.map((size) => (size < 0 ? "any" : size)).join(" × ")}]` : "";
  return `${column.type}${shape}${column.required === false ? ", may be missing" : ""}`;
}

function Side({ title, columns }: { title: string; columns: SignatureColumn[] }) {
  return (
    <div className={classes.side}>
      <h3>{title}</h3>
      {columns.length === 0 ? (
        <Text size="sm" c="dimmed">
          Not told
        </Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
        <section className={classes.scroll} tabIndex={0} aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Type</th>
              </tr>
            </thead>
            <tbody>
              {columns.map((column, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: names may be missing or the same, and columns never move.
                <tr key={index}>
                  <th scope="row" title={column.name ?? undefined}>
                    <bdi>{column.name ? middle(column.name, 60) : `column ${index + 1}`}</bdi>
                  </th>
                  <td className="mono">{typeOf(column)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
