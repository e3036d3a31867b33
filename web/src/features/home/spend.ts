/** What one hour cost, as the API says it. */
export interface HourOfCost {
  at: string;
  idle_micros: number;
  unattributed_micros: number;
  by: { micros: number }[];
}

const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
const DAYS = 7;

const wholeOf = (hour: HourOfCost) =>
  hour.idle_micros + hour.unattributed_micros + hour.by.reduce((sum, { micros }) => sum + micros, 0);

/** The last 24 hours, the last 7 days and each of these days (24 hours each, the last one up to `now`), in micro-units. */
export function spendOf(hours: HourOfCost[], now: number) {
  const days = Array.from({ length: DAYS }, (_, index) => ({ end: now - (DAYS - 1 - index) * DAY_MILLIS, micros: 0 }));
  for (const hour of hours) {
    // An hour that has begun counts: its cost is what was metered in it so far.
    const age = now - Date.parse(hour.at) - HOUR_MILLIS;
    const day = days[DAYS - 1 - Math.max(0, Math.floor(age / DAY_MILLIS))];
    if (day) day.micros += wholeOf(hour);
  }
  return { day: days.at(-1)?.micros ?? 0, week: days.reduce((sum, { micros }) => sum + micros, 0), days };
}
