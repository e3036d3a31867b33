import type { Schemas } from "../../api/client";
import { bytes, count } from "../../state/format";

export type Toll = Schemas["TollItem"];

const counted = (number: number, one: string, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** How much goes: "12 runs with 3 traces, 40 files, 3.4 MiB". */
export function tollWords(toll: Toll): string {
  const runs = toll.more ? `more than ${counted(toll.runs, "run")}` : counted(toll.runs, "run");
  const traces = toll.traces === 0 ? [] : [counted(toll.traces, "trace")];
  const files = toll.files === 0 ? [] : [counted(toll.files, "file"), bytes(toll.bytes)];
  const what = [...traces, ...files].join(", ");
  if (what === "") return toll.runs === 0 ? "nothing" : runs;
  return `${runs} with ${what}`;
}

/** What stays although it is old enough. */
export function keptWords({ kept }: Toll): string | undefined {
  if (kept === 0) return undefined;
  return `${counted(kept, "run")} ${kept === 1 ? "stays" : "stay"}: a version was registered from ${kept === 1 ? "it" : "them"}, or ${kept === 1 ? "it has" : "they have"} the tag roadbed.keep`;
}

/** A number of days out of a field; null when nothing is written. */
export function daysOf(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}

/** Days of a policy in words. */
export function daysWords(days: number | null | undefined): string {
  return typeof days === "number" ? `after ${counted(days, "day")}` : "never";
}
