import type { Schemas } from "../../../api/client";
import { milliseconds } from "../../../state/format";

export type Step = Schemas["Step"];

/** A step with the place of its bar, as shares of the whole time. */
export interface Row {
  step: Step;
  /** 0 to 1. */
  start: number;
  /** 0 to 1; a bar that is too short to be seen still has its place. */
  length: number;
  /** Has steps below it. */
  isParent: boolean;
}

/** When the earliest step began and the last one ended, in microseconds after the trace began. */
export function spanOf(steps: Step[]): { from: number; to: number } {
  if (steps.length === 0) return { from: 0, to: 0 };
  const from = steps.reduce((least, { start_us }) => Math.min(least, start_us), Number.POSITIVE_INFINITY);
  const to = steps.reduce((most, { start_us, duration_us }) => Math.max(most, start_us + (duration_us ?? 0)), from);
  return { from, to };
}

/** All steps with their bars. One that is under way reaches to the end. */
export function rowsOf(steps: Step[]): Row[] {
  const { from, to } = spanOf(steps);
  const whole = Math.max(1, to - from);
  return steps.map((step, index) => {
    const start = Math.min(1, Math.max(0, (step.start_us - from) / whole));
    const length = typeof step.duration_us === "number" ? step.duration_us / whole : 1 - start;
    return {
      step,
      start,
      length: Math.min(1 - start, Math.max(0, length)),
      isParent: (steps[index + 1]?.depth ?? 0) > step.depth,
    };
  });
}

/** Without what lies below a closed step. Steps come each before those below it. */
export function openRows(rows: Row[], closed: ReadonlySet<string>): Row[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return rows.filter(({ step }) => {
    if (step.depth > hiddenBelow) return false;
    hiddenBelow = closed.has(step.id) ? step.depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

/** Microseconds as people read them: "850 µs", "1.4 ms", "2.1 s". */
export function microseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return "under way";
  return Math.abs(value) < 1000 ? `${value} µs` : milliseconds(value / 1000);
}

/** The step that is shown first: the first that went wrong, deepest of its line, else the first of all. */
export function firstOfInterest(steps: Step[]): Step | undefined {
  const wrong = steps.filter(({ status }) => status === "ERROR");
  const [first] = wrong;
  if (!first) return steps[0];
  const parents = new Set(wrong.map(({ parent }) => parent));
  return wrong.find(({ id }) => !parents.has(id)) ?? first;
}

/** A value as text: texts as they are, all else as indented JSON. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, null, 2) ?? "";
}
