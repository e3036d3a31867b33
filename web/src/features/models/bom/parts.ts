import type { Schemas } from "../../../api/client";
import { count } from "../../../state/format";

type Bom = Schemas["Bom"];
type Component = Schemas["BomComponent"];

const counted = (number: number, one: string, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** The packages that it needs, by name. */
export function librariesOf({ components }: Bom): Component[] {
  return components
    .filter(({ type }) => type === "library")
    .sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
}

/** How many parts of each sort a bill names. */
export function partsSentence(bom: Bom): string {
  const data = bom.components.filter(({ type }) => type === "data").length;
  const parts = [
    counted(bom.metadata.component.components.length, "file"),
    counted(librariesOf(bom).length, "library", "libraries"),
    ...(data > 0 ? [counted(data, "data set")] : []),
  ];
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}.`;
}
