import { useUrlState } from "../../../state/url";
import type { LatencyChoice } from "./golden";

export const LATENCIES: LatencyChoice[] = ["p50", "p95", "p99", "all"];

/** Which latency is drawn, kept in the address. With one revision all percentiles fit; with more the question is which one is slower. */
export function useLatencyChoice(revisions: number): [LatencyChoice, (next: string) => void] {
  const { get, set } = useUrlState();
  const standard: LatencyChoice = revisions > 1 ? "p95" : "all";
  const latency = LATENCIES.find((choice) => choice === get("latency")) ?? standard;
  return [latency, (next) => set({ latency: next === standard ? undefined : next })];
}
