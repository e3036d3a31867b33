/** What one hour or day cost, as the API says it. */
export interface CostStep {
  at: string;
  idle_micros: number;
  unattributed_micros: number;
  by: { name: string; micros: number }[];
}

/** Spenders that get a colour of their own; the rest are one. */
const NAMED = 7;

function labelOf(at: string, isHourly: boolean): string {
  const moment = new Date(at);
  // Budgets run by UTC day, so days are told in UTC; hours in the visitor's zone.
  return isHourly
    ? moment.toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })
    : moment.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

/** Bars whose parts always add up to the whole: the largest spenders by name, the others together, idle and nobody's last. */
export function barsOf(steps: CostStep[], isHourly: boolean) {
  const sums = new Map<string, number>();
  for (const step of steps) for (const { name, micros } of step.by) sums.set(name, (sums.get(name) ?? 0) + micros);
  const named = [...sums]
    .sort((one, other) => other[1] - one[1])
    .slice(0, NAMED)
    .map(([name]) => name);
  return steps.map((step) => {
    const parts = named.map((name) => ({
      name,
      value: step.by.filter((each) => each.name === name).reduce((sum, each) => sum + each.micros, 0),
    }));
    const others = step.by.filter(({ name }) => !named.includes(name)).reduce((sum, { micros }) => sum + micros, 0);
    if (sums.size > NAMED) parts.push({ name: "others", value: others });
    parts.push({ name: "idle", value: step.idle_micros });
    if (steps.some((each) => each.unattributed_micros > 0))
      parts.push({ name: "belongs to nobody", value: step.unattributed_micros });
    return { label: labelOf(step.at, isHourly), parts };
  });
}
