import { useCallback } from "react";
import { useUrlState } from "./url";

/** A range of time. Relative ones stay relative: a link made now shows the last hour tomorrow too. */
export interface TimeRange {
  /** As written in the address: "-1h" or an RFC 3339 time. */
  from: string;
  to: string;
}

export const PRESETS: { value: string; label: string }[] = [
  { value: "-15m", label: "Last 15 minutes" },
  { value: "-1h", label: "Last hour" },
  { value: "-6h", label: "Last 6 hours" },
  { value: "-24h", label: "Last 24 hours" },
  { value: "-7d", label: "Last 7 days" },
  { value: "-30d", label: "Last 30 days" },
];

const UNIT_MILLIS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds since 1970 of "now", "-90m" or a written time; undefined when it is none of these. */
export function momentOf(text: string, now: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "now") return now;
  const back = /^-(\d{1,6})([smhd])$/.exec(trimmed);
  if (back) return now - Number(back[1]) * (UNIT_MILLIS[back[2] ?? ""] ?? 0);
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return undefined;
  const at = Date.parse(trimmed.replace(/^(\d{4}-\d{2}-\d{2}) /, "$1T"));
  return Number.isNaN(at) ? undefined : at;
}

/** The range in the address (`from`, `to`), the given one when there is none or it is unreadable. */
export function useTimeRange(standard = "-1h") {
  const { get, set } = useUrlState();
  const from = get("from") ?? standard;
  const to = get("to") ?? "now";
  const range: TimeRange =
    momentOf(from, 0) === undefined || momentOf(to, 0) === undefined ? { from: standard, to: "now" } : { from, to };
  const setRange = useCallback(
    (next: TimeRange) =>
      set(
        { from: next.from === standard ? undefined : next.from, to: next.to === "now" ? undefined : next.to },
        { push: true },
      ),
    [set, standard],
  );
  return { range, setRange };
}

/** The range as RFC 3339 query parameters, rounded so that two pages at the same moment ask the same question. */
export function rangeQuery(range: TimeRange, stepMillis = 10_000): { from: string; to: string } {
  const now = Math.ceil(Date.now() / stepMillis) * stepMillis;
  const from = momentOf(range.from, now) ?? now - 3_600_000;
  const to = momentOf(range.to, now) ?? now;
  return { from: new Date(from).toISOString(), to: new Date(Math.max(to, from + 1000)).toISOString() };
}
