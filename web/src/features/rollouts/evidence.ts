import type { Schemas } from "../../api/client";
import { guardrailNoun } from "../../widgets/rollouts/forecastWords";

type Report = Schemas["GuardrailReport"];
type Bars = Schemas["BarsView"];

/** Evidence for one thing, measured against what a decision needs. */
export interface Strength {
  /** Which of the two ways to show it is further. */
  by: "relative" | "absolute";
  /** 0 is none, 1 is enough. On the log scale: half of it is the square root of the needed odds, not half the odds. */
  share: number;
  /** Largest N for which "the chance to see this by luck is below 1 in N" is true; undefined below 2. */
  oneIn: number | undefined;
}

export interface Judged {
  name: string;
  /** `errors` or `slow answers`. */
  noun: string;
  harm: Strength;
  fine: Strength;
  /** What it means, for somebody who has ten seconds. */
  meaning: string;
  tone: "good" | "warn" | "bad" | "neutral";
}

function strength(relative: number, absolute: number, bar: number): Strength {
  const by = absolute > relative ? "absolute" : "relative";
  const log = Math.max(relative, absolute);
  const odds = Math.floor(Math.exp(Math.min(log, 40)));
  return { by, share: Math.min(1, Math.max(0, log / bar)), oneIn: odds >= 2 ? odds : undefined };
}

/** Evidence of harm. Breaking the limit says nothing about the new revision while the old one breaks it too. */
function harmOf({ log_e }: Report, bars: Bars): Strength {
  const isOldBroken = log_e.stable_absolute_harm >= bars.harm;
  return strength(log_e.relative_harm, isOldBroken ? Number.NEGATIVE_INFINITY : log_e.absolute_harm, bars.harm);
}

/** Where the rollout stands: what is judged depends on it. */
export interface Standing {
  isOpen: boolean;
  /** The first requests, which are counted and not judged. */
  isWarmUp: boolean;
}

export function judge(report: Report, bars: Bars, standing: Standing): Judged {
  const harm = harmOf(report, bars);
  const fine = strength(report.log_e.relative_fine, report.log_e.absolute_fine, bars.certify);
  const noun = guardrailNoun(report.name);
  const units = report.arms.at(-1)?.units ?? 0;
  const [meaning, tone] = meaningOf({ noun, harm, fine, units, suspicion: bars.suspicion / bars.harm, ...standing });
  return { name: report.name, noun, harm, fine, meaning, tone };
}

interface Facts extends Standing {
  noun: string;
  harm: Strength;
  fine: Strength;
  units: number;
  /** Share of the harm bar from which on no step is taken. */
  suspicion: number;
}

function meaningOf(facts: Facts): [string, Judged["tone"]] {
  const { noun, harm, fine, units, suspicion, isOpen, isWarmUp } = facts;
  if (units === 0) {
    if (!isOpen) return ["Nothing was counted before it ended.", "neutral"];
    return isWarmUp
      ? ["Warming up: the first requests to a new revision are not judged.", "neutral"]
      : ["Nothing is counted yet. No data is never a reason to go on or to go back.", "neutral"];
  }
  if (harm.share >= 1)
    return [
      harm.by === "relative"
        ? `Harm is shown: more ${noun} than from the old revision.`
        : `Harm is shown: more ${noun} than the limit accepts.`,
      "bad",
    ];
  if (harm.share >= suspicion)
    return [
      isOpen
        ? `It looks worse. No further step while ${noun} look like this.`
        : `It looked worse: ${noun} held it back.`,
      "warn",
    ];
  if (fine.share >= 1) return [`Shown to be fine: ${noun} are no reason to hold it back.`, "good"];
  return [
    isOpen
      ? `No sign of harm so far. More requests are needed to be sure that ${noun} are fine.`
      : `No sign of harm, and too few requests to be sure that ${noun} are fine.`,
    "neutral",
  ];
}

/** How much there is, in a word. */
export function strengthWord(share: number): string {
  if (share >= 1) return "enough";
  if (share >= 0.75) return "nearly enough";
  if (share >= 0.5) return "strong";
  if (share >= 0.25) return "some";
  return share > 0.02 ? "a little" : "none";
}

/** Lowest and highest share that is drawn: what lies further out decides nothing more and would flatten what does. */
const FLOOR = -0.08;
const CEILING = 1.5;

/** A share of the needed evidence as a chart's axis says it. */
export function shareWords(share: number): string {
  if (share <= 0.005) return "none";
  return share >= CEILING ? "far more" : `${Math.round(share * 100)} %`;
}

export interface EvidenceLine {
  label: string;
  values: number[];
  color: number;
  dashed: boolean;
}

const LINES = [
  { key: "relative_harm", bar: "harm", label: "harm, against the old revision", color: 7, dashed: false },
  { key: "absolute_harm", bar: "harm", label: "harm, against the limit (dashed)", color: 1, dashed: true },
  { key: "relative_fine", bar: "certify", label: "fine, against the old revision", color: 2, dashed: false },
  { key: "absolute_fine", bar: "certify", label: "fine, against the limit (dashed)", color: 4, dashed: true },
] as const;

/**
 * The four e-processes of one guardrail over all looks, each as the share of what it needs to decide, on the log scale. So one height means
 * "enough" for all of them, although harm needs more than fine.
 */
export function evidenceLines(
  history: Schemas["LookView"][],
  name: string,
  bars: Bars,
): { x: number[]; lines: EvidenceLine[] } {
  const looks = history.filter((look) => look.guardrails.some((report) => report.name === name));
  const lines = LINES.map(({ key, bar, label, color, dashed }) => ({
    label,
    color,
    dashed,
    values: looks.map((look) => {
      const value = look.guardrails.find((report) => report.name === name)?.log_e[key] ?? 0;
      return Math.min(CEILING, Math.max(FLOOR, value / bars[bar]));
    }),
  }));
  return { x: looks.map((look) => Date.parse(look.at) / 1000), lines };
}
