import type { Schemas } from "../../api/client";

export interface LadderStep {
  percent: number;
  state: "done" | "now" | "stopped" | "next";
}

/** The ramp with its last step, all traffic. `reached` is the share that was in force last, for a rollout that has ended. */
export function ladderOf(rollout: Schemas["RolloutView"], reached = rollout.step_percent): LadderStep[] {
  const steps = rollout.strategy === "canary" ? rollout.steps_percent : [];
  return [...steps.filter((percent) => percent < 100), 100].map((percent) => {
    if (rollout.state === "promoted") return { percent, state: "done" };
    const isReached = reached >= percent;
    const isCurrent = isReached && reached === percent;
    if (rollout.state === "rolled_back" || rollout.state === "failed")
      return { percent, state: isCurrent ? "stopped" : isReached ? "done" : "next" };
    return { percent, state: isCurrent ? "now" : isReached ? "done" : "next" };
  });
}
