import { measure, middle } from "../../../state/format";
import { type ComparedColumn, type ComparedRun, numberOf, valueAt } from "./columns";

/** What a run has in a column, short enough for a line. */
export function shownValue(run: ComparedRun, column: ComparedColumn): string {
  const value = column.kind === "metrics" ? numberOf(run, column) : valueAt(run, column);
  if (value === undefined) return "none";
  return typeof value === "number" ? measure(value) : middle(value, 40);
}
