import { duration, measure } from "../../../state/format";

/** A stretch of values laid along an axis. */
export interface Scale {
  low: number;
  high: number;
  logarithmic: boolean;
}

export interface Tick {
  value: number;
  label: string;
}

/** Where a value lies between the ends, 0 to 1; outside of that when it is outside of them. */
export function placeOf(scale: Scale, value: number): number {
  if (!scale.logarithmic) return (value - scale.low) / (scale.high - scale.low);
  return (Math.log(value) - Math.log(scale.low)) / (Math.log(scale.high) - Math.log(scale.low));
}

/** The value at a place: the way back. */
export function valueAtPlace(scale: Scale, place: number): number {
  if (!scale.logarithmic) return scale.low + place * (scale.high - scale.low);
  const [low, high] = [Math.log(scale.low), Math.log(scale.high)];
  return Math.exp(low + place * (high - low));
}

/** A scale that shows all from `low` to `high`, with a margin (a share of its length) at both ends. */
export function scaleOver(low: number, high: number, logarithmic = false, margin = 0.04): Scale {
  if (!(low <= high)) return { low: 0, high: 1, logarithmic: false };
  if (logarithmic && low > 0) {
    const factor = low === high ? 2 : Math.exp((Math.log(high) - Math.log(low)) * margin);
    return { low: Math.max(low / factor, 1e-308), high: Math.min(high * factor, 1e308), logarithmic: true };
  }
  const space = low === high ? Math.abs(low) / 2 || 1 : (high - low) * margin;
  return { low: low - space, high: high + space, logarithmic: false };
}

const STEPS = [1, 2, 5, 10];
const MOST_TICKS = 100;

/** Round values between the ends, about `count` of them. */
export function ticksOf(scale: Scale, count: number, kind: "number" | "time" | "duration" = "number"): Tick[] {
  if (kind === "time") return timeTicks(scale, count);
  const values = scale.logarithmic ? powers(scale, count) : evenly(scale, count);
  if (kind === "duration") return values.map((value) => ({ value, label: duration(value) }));
  return values.map((value) => ({ value, label: tickLabel(value) }));
}

function tickLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e4 && size < 1e15) return compactTick.format(value);
  return measure(value, 6);
}
const compactTick = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 3 });

function evenly({ low, high }: Scale, count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((each) => each * power >= rough * 0.999) ?? 10);
  return multiples(low, high, step);
}

function multiples(low: number, high: number, step: number): number[] {
  const values: number[] = [];
  // Ends that are too near or too far for floating point have no ticks, rather than endless ones.
  if (!((high - low) / step < MOST_TICKS)) return values;
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    // 3 * 0.1 is not 0.3: cut what comes from the multiplication only.
    values.push(Number((index * step).toPrecision(12)));
  }
  return values;
}

/** Powers of ten, and 2 and 5 times them where there is room. */
function powers(scale: Scale, count: number): number[] {
  const { low, high } = scale;
  const decades = Math.log10(high) - Math.log10(low);
  if (decades < 1) return evenly(scale, count).filter((value) => value > 0);
  const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const factors = decades * 3 <= count ? [1, 2, 5] : [1];
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const value = Number((factor * 10 ** power).toPrecision(12));
      if (value >= low && value <= high) values.push(value);
    }
  }
  return values;
}

const SECOND_STEPS = [
  1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000,
];

/** Ticks in seconds since 1970, on whole minutes, hours and days of the visitor. */
function timeTicks({ low, high }: Scale, count: number): Tick[] {
  const rough = (high - low) / Math.max(1, count);
  const step = SECOND_STEPS.find((each) => each >= rough) ?? 31_536_000;
  const zone = new Date(low * 1000).getTimezoneOffset() * 60;
  const form: Intl.DateTimeFormatOptions =
    step >= 86_400
      ? { day: "numeric", month: "short" }
      : high - low > 86_400
        ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }
        : { hour: "2-digit", minute: "2-digit", ...(step < 60 ? { second: "2-digit" } : {}) };
  return multiples(low - zone, high - zone, step).map((shifted) => ({
    value: shifted + zone,
    label: new Date((shifted + zone) * 1000).toLocaleString("en-GB", form),
  }));
}
