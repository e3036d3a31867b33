import { describe, expect, it } from "vitest";
import { type JobState, needsOf, type RolloutState, type ServiceState } from "./attention";

const NOW = Date.parse("2026-11-29T12:00:00Z");
const at = (hoursAgo: number) => new Date(NOW - hoursAgo * 3_600_000).toISOString();

function service(name: string, health: string, change: Partial<ServiceState> = {}): ServiceState {
  const reason = `It is ${health}.`;
  return { name, team: "risk", project: "shop", state: "serving", health, health_reason: reason, ...change };
}
function rollout(service: string, state: string, change: Partial<RolloutState> = {}): RolloutState {
  return { id: `r-${service}`, service, state, model: `${service}/2`, created_at: at(3), ...change };
}
function job(id: string, state: string, hoursAgo: number): JobState {
  return { id, name: "train", team: "risk", project: "shop", state, message: "exit 1", ended_at: at(hoursAgo) };
}
const titles = (...given: Parameters<typeof needsOf>) =>
  needsOf(...given).map(({ state, title }) => `${title} ${state}`);

describe("what needs attention", () => {
  it("puts what hurts callers first", () => {
    const services = [
      service("a", "degraded"),
      service("b", "failing"),
      service("c", "healthy"),
      service("d", "unknown"),
    ];
    const rollouts = [rollout("c", "rolled_back", { ended_at: at(1) })];
    expect(titles(services, rollouts, [job("j", "failed", 2)], NOW)).toEqual([
      "b failing",
      "a degraded",
      "c: c/2 rolled_back",
      "shop/train failed",
      "d unknown",
    ]);
  });

  it("says what is wrong, whose it is, since when and where to look", () => {
    const verdict = { sentence: "Errors rose from 0 % to 4 %." };
    const [need] = needsOf(
      [service("a", "healthy")],
      [rollout("a", "rolled_back", { ended_at: at(1), verdict })],
      [],
      NOW,
    );
    expect(need?.detail).toBe("Errors rose from 0 % to 4 %. Owner: team risk");
    expect(need?.owner).toBe("risk");
    expect(need?.since).toBe(at(1));
    expect(need?.path).toBe("/services/a/rollouts/r-a");
  });

  it("tells a paused service once, by its rollout", () => {
    expect(titles([service("a", "paused")], [rollout("a", "paused")], [], NOW)).toEqual(["a: a/2 paused"]);
  });

  it("leaves out what is over: older rollouts, yesterday's jobs, services that never had a model", () => {
    const services = [service("a", "healthy"), service("new", "unknown", { state: "empty" })];
    const rollouts = [rollout("a", "promoted"), rollout("a", "rolled_back", { id: "old", ended_at: at(2) })];
    expect(titles(services, rollouts, [job("j", "failed", 30)], NOW)).toEqual([]);
  });

  it("names newest first among equals", () => {
    const jobs = [job("old", "failed", 5), job("new", "failed", 1)];
    expect(needsOf([], [], jobs, NOW).map(({ id }) => id)).toEqual(["job new", "job old"]);
  });
});
