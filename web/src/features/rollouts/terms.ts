import type { Schemas } from "../../api/client";
import { duration, measure, milliseconds, share } from "../../state/format";

/** What was agreed before the start. Terms are kept as they were written then, so every part may be missing. */
export interface Terms {
  minimumSeconds: number | undefined;
  minimumUnits: number | undefined;
  decideBySeconds: number | undefined;
  undecided: string | undefined;
  warmUpUnits: number | undefined;
  slowAboveMillis: number | undefined;
  baseline: { units: number; errors: number; perSecond: number } | undefined;
}

type Loose = Record<string, unknown>;

const loose = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});
const number = (value: unknown) => (typeof value === "number" ? value : undefined);

export function termsOf(value: unknown): Terms {
  const terms = loose(value);
  const known = loose(terms.baseline);
  const micros = number(known.slow_above_micros) ?? number(terms.slow_above_micros);
  const units = number(known.units);
  return {
    minimumSeconds: number(terms.minimum_step_seconds),
    minimumUnits: number(terms.minimum_step_units),
    decideBySeconds: number(terms.decide_by_seconds),
    undecided: typeof terms.undecided === "string" ? terms.undecided : undefined,
    warmUpUnits: number(terms.warm_up_units),
    slowAboveMillis: micros === undefined ? undefined : micros / 1000,
    baseline:
      units === undefined
        ? undefined
        : { units, errors: number(known.errors) ?? 0, perSecond: number(known.units_per_second) ?? 0 },
  };
}

const UNDECIDED: Record<string, string> = {
  hold: "it holds and a person decides",
  promote: "it is promoted",
  roll_back: "it is rolled back",
};

/** The terms as names and values for people. */
export function termFacts(terms: Terms, guardrails: Schemas["GuardrailReport"][], alpha: number): [string, string][] {
  const facts: [string, string | undefined][] = [
    ["Each step lasts at least", terms.minimumSeconds === undefined ? undefined : duration(terms.minimumSeconds)],
    [
      "and needs at least",
      terms.minimumUnits === undefined ? undefined : `${terms.minimumUnits} requests to the new revision`,
    ],
    [
      "Warm-up",
      terms.warmUpUnits === undefined
        ? undefined
        : `the first ${terms.warmUpUnits} requests are counted and not judged`,
    ],
    [
      "Decided within",
      terms.decideBySeconds === undefined
        ? undefined
        : `${duration(terms.decideBySeconds)}; else ${UNDECIDED[terms.undecided ?? ""] ?? "a person decides"}`,
    ],
    ["Wrongly rolled back", `in at most ${share(alpha)} of good releases`],
    ...guardrails.map(({ name, limit }): [string, string] => [
      name === "latency" ? "Accepted slow answers" : `Accepted ${name}`,
      share(limit),
    ]),
    ["Slow means", terms.slowAboveMillis === undefined ? undefined : `above ${milliseconds(terms.slowAboveMillis)}`],
    [
      "The hour before",
      terms.baseline === undefined
        ? undefined
        : `${terms.baseline.units} requests, ${terms.baseline.errors} failed, ${measure(terms.baseline.perSecond, 3)} requests/s while there was traffic`,
    ],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

/** How far the step in force has come towards its own minimum; undefined when none is in force. */
export interface StepProgress {
  units: number;
  unitsNeeded: number;
  /** RFC 3339. */
  since: string;
  secondsNeeded: number;
  isWarmUp: boolean;
}

export function stepProgress(explained: Schemas["ExplanationView"], terms: Terms): StepProgress | undefined {
  const stage = explained.stages.at(-1);
  if (!stage) return undefined;
  const isWarmUp = stage.kind === "warm_up";
  const counted = explained.counts.find((counts) => counts.stage === stage.number);
  return {
    units: counted?.canary.units ?? 0,
    unitsNeeded: (isWarmUp ? terms.warmUpUnits : terms.minimumUnits) ?? 0,
    since: stage.started_at,
    secondsNeeded: isWarmUp ? 0 : (terms.minimumSeconds ?? 0),
    isWarmUp,
  };
}
