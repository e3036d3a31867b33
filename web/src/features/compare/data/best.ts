import type { Direction } from "../../../state/better";
import { type ComparedColumn, type ComparedRun, numberOf } from "./columns";

/** Runs by a column, best first; those without a number are left out. Equal ones stay in the order they came in. */
export function ranked(runs: ComparedRun[], column: ComparedColumn, direction: Direction): ComparedRun[] {
  const sign = direction === "highest" ? -1 : 1;
  return runs
    .map((run) => ({ run, value: numberOf(run, column) }))
    .filter((each): each is { run: ComparedRun; value: number } => each.value !== undefined)
    .sort((one, other) => sign * (one.value - other.value))
    .map(({ run }) => run);
}

/** Ids of the runs with the best value: several when they are equal, none when all are (then nothing stands out). */
export function bestOf(runs: ComparedRun[], column: ComparedColumn, direction: Direction): Set<string> {
  const sign = direction === "highest" ? 1 : -1;
  let [best, known] = [Number.NEGATIVE_INFINITY, 0];
  let winners: string[] = [];
  for (const run of runs) {
    const value = numberOf(run, column);
    if (value === undefined) continue;
    known += 1;
    if (sign * value > best) {
      best = sign * value;
      winners = [];
    }
    if (sign * value === best) winners.push(run.id);
  }
  return new Set(winners.length === known ? [] : winners);
}
