import type { QueryClient } from "@tanstack/react-query";
import { onLiveEvent, onLiveState } from "./live";

/** Which addresses of the API show something of a kind of subject: `{service: ["/api/v1/services"]}`. Each feature says its own. */
export type Renewals = Record<string, string[]>;

/** Events that come together lead to one renewal. */
const GATHER_MILLIS = 250;

/** Renews what pages show when the platform tells that it changed, and everything after a lost connection. */
export function renewOnNews(client: QueryClient, features: Renewals[]): void {
  const byKind = new Map<string, Set<string>>();
  for (const renewals of features) {
    for (const [kind, prefixes] of Object.entries(renewals)) {
      const known = byKind.get(kind) ?? new Set();
      for (const prefix of prefixes) known.add(prefix);
      byKind.set(kind, known);
    }
  }
  let waiting: Set<string> | undefined;
  const flush = () => {
    const prefixes = [...(waiting ?? [])];
    waiting = undefined;
    void client.invalidateQueries({
      predicate: ({ queryKey }) =>
        typeof queryKey[1] === "string" && prefixes.some((prefix) => (queryKey[1] as string).startsWith(prefix)),
    });
  };
  onLiveEvent((event) => {
    if (!waiting) {
      waiting = new Set();
      setTimeout(flush, GATHER_MILLIS);
    }
    waiting.add("/api/v1/activity");
    for (const prefix of byKind.get(event.subject_kind) ?? []) waiting.add(prefix);
  });
  let before = "connecting";
  onLiveState(({ status }) => {
    if (status === "live" && before === "reconnecting") void client.invalidateQueries();
    before = status;
  });
}
