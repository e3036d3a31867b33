import { middle } from "../../../state/format";
import { type ComparedColumn, columnId } from "./columns";

const TITLES = [
  ["params", "Parameters"],
  ["metrics", "Metrics"],
] as const;

/** Columns for a list to choose from, by kind. */
export function columnChoices(columns: ComparedColumn[]) {
  return TITLES.map(([kind, group]) => ({
    group,
    items: columns
      .filter((column) => column.kind === kind)
      .map((column) => ({ value: columnId(column), label: middle(column.key, 60) })),
  })).filter(({ items }) => items.length > 0);
}
