import { rangeQuery, type TimeRange } from "../../state/range";

/** What the address asks of the feed. */
export interface Asked {
  q: string | undefined;
  kind: string | undefined;
  class: string | undefined;
  actor: string | undefined;
  /** `service:churn`, or `service` for all of a kind. */
  subject: string | undefined;
  team: string | undefined;
  project: string | undefined;
}

/** Names of the filters that one button clears. */
export const FILTERS = ["q", "kind", "class", "actor", "subject"] as const;

/** The same as the API asks for it. A range up to now has no end, so that news are part of it. */
export function activityQuery(asked: Asked, range: TimeRange) {
  const { from, to } = rangeQuery(range);
  const [subject_kind, subject_id] = asked.subject?.split(/:(.*)/s) ?? [];
  const { subject: _, ...rest } = asked;
  return {
    ...rest,
    subject_kind: subject_kind || undefined,
    subject_id: subject_id || undefined,
    from,
    to: range.to === "now" ? undefined : to,
  };
}

/** Events in the order given, by the visitor's day. */
export function byDay<Row extends { at: string }>(rows: Row[], now: number): { day: string; rows: Row[] }[] {
  const days: { day: string; rows: Row[] }[] = [];
  for (const row of rows) {
    const day = dayOf(Date.parse(row.at), now);
    const last = days.at(-1);
    if (last?.day === day) last.rows.push(row);
    else days.push({ day, rows: [row] });
  }
  return days;
}

/** Kinds of which one act makes many: a logged model is a dozen files. */
const MANY = new Set(["ArtifactStored", "ArtifactDeleted", "LoggedModelUpdated", "RunUpdated"]);

/** Rows one after the other that say the same of the same actor become one, with the others below it. */
export function grouped<Row extends { kind: string; actor: string }>(rows: Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    const isSame = last?.[0]?.kind === row.kind && last[0].actor === row.actor && MANY.has(row.kind);
    if (last && isSame) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

const DAY_MILLIS = 86_400_000;

function dayOf(at: number, now: number): string {
  const day = new Date(at).toDateString();
  if (day === new Date(now).toDateString()) return "Today";
  if (day === new Date(now - DAY_MILLIS).toDateString()) return "Yesterday";
  return new Date(at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}
