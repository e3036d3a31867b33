/** Numbers, money, sizes and times as people read them. One place, so that two pages never show the same value differently. */

const LOCALE = "en-US";
const grouped = new Intl.NumberFormat(LOCALE);
const short = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumSignificantDigits: 3 });

/** 1234567 → "1,234,567". */
export function count(value: number): string {
  return grouped.format(value);
}

/** 1234567 → "1.23M". */
export function compact(value: number): string {
  return short.format(value);
}

/** A measured value with at most `digits` significant digits; NaN and infinities by name. */
export function measure(value: number | string | null | undefined, digits = 5): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(Math.max(0, digits - 2)).replace("e+", "e");
  return String(Number(value.toPrecision(digits)));
}

/** Share 0..1 → "0.53 %". */
export function share(value: number, digits = 3): string {
  return `${Number((value * 100).toPrecision(digits))} %`;
}

/** Milliseconds → "1.4 ms", "820 ms", "2.1 s". */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value >= 1000) return `${Number((value / 1000).toPrecision(3))} s`;
  return `${Number(value.toPrecision(value < 10 ? 2 : 3))} ms`;
}

/** Seconds → "42 s", "3 min 5 s", "2 h 10 min", "4 d 3 h". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return seconds > 0 && seconds < 10 ? `${Number(seconds.toFixed(1))} s` : `${whole} s`;
  const parts: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = parts.findIndex(([size]) => whole >= size);
  const [size = 1, unit = "s"] = parts[first] ?? [];
  const [smaller = 1, smallerUnit = ""] = parts[first + 1] ?? [];
  const rest = Math.floor((whole % size) / smaller);
  return rest > 0 && smallerUnit
    ? `${Math.floor(whole / size)} ${unit} ${rest} ${smallerUnit}`
    : `${Math.floor(whole / size)} ${unit}`;
}

/** Bytes → "3.4 MiB". */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : Number(size.toPrecision(3))} ${units[unit]}`;
}

/** Micro-units of a currency → "12.34 USD"; small amounts keep the digits that tell them from nothing. */
export function money(micros: number, currency: string): string {
  const value = micros / 1e6;
  const size = Math.abs(value);
  const digits = size === 0 || size >= 0.01 ? 2 : size >= 0.0001 ? 4 : 6;
  return `${value.toLocaleString(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${currency}`;
}

/** Time since (or until) `at`, seen from `now`: "just now", "3 min ago", "in 2 h". Milliseconds both. */
export function relative(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  const size = Math.abs(seconds);
  if (size < 5) return "just now";
  const unit: [number, string] =
    size < 60
      ? [1, "s"]
      : size < 3600
        ? [60, "min"]
        : size < 86_400
          ? [3600, "h"]
          : size < 86_400 * 60
            ? [86_400, "d"]
            : [86_400 * 30, "mo"];
  const amount = `${Math.floor(size / unit[0])} ${unit[1]}`;
  return seconds >= 0 ? `${amount} ago` : `in ${amount}`;
}

/** The exact time in the visitor's zone, to the second, with the zone. */
export function exact(at: number): string {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "long" });
}

/** `rolled_back` → "rolled back". */
export function words(text: string): string {
  return text.replaceAll("_", " ");
}

/** Long names cut in the middle: both ends tell names apart. */
export function middle(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const keep = length - 1;
  const head = Math.ceil(keep / 2);
  return `${characters.slice(0, head).join("")}…${characters.slice(characters.length - (keep - head)).join("")}`;
}

const SAFE_WORD = /^[\w@%+=:,./-]+$/;

/** A word for a shell command, quoted when it must be. */
export function shellWord(text: string): string {
  return SAFE_WORD.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
