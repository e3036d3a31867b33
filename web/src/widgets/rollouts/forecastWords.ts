import type { Schemas } from "../../api/client";
import { duration, share } from "../../state/format";

type Prospect = Schemas["ProspectView"];

/** One line of what to expect. */
export interface Expectation {
  when: string;
  outcome: string;
  hurtShare: number | undefined;
}

/** What a guardrail counts, in words. */
export function guardrailNoun(name: string): string {
  return name === "latency" ? "slow answers" : name;
}

function outcomeWords({ outcome, minutes }: Prospect): string {
  if (outcome === "open" || minutes === null || minutes === undefined) return "undecided: a person decides";
  const time = duration(minutes * 60);
  return outcome === "promoted" ? `promoted in ${time}` : `rolled back in ${time}`;
}

function expectation(when: string, prospect: Prospect): Expectation {
  return { when, outcome: outcomeWords(prospect), hurtShare: prospect.hurt_share ?? undefined };
}

/** A good release, and for each guardrail bad ones of several sizes. */
export function expectationsOf(forecast: Schemas["ForecastView"]): Expectation[] {
  const found = [expectation("as good as the one in charge", forecast.clean)];
  for (const { name, twice, five_times, limit_breaking, limit } of forecast.guardrails) {
    const noun = guardrailNoun(name);
    if (twice) found.push(expectation(`twice as bad (${noun})`, twice));
    if (five_times) found.push(expectation(`5 times as bad (${noun})`, five_times));
    found.push(expectation(`at ${share(limit * 2)} ${noun}, twice the limit`, limit_breaking));
  }
  return found;
}
