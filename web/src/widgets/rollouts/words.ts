import type { Schemas } from "../../api/client";
import type { TrafficShare } from "./TrafficSplit";

type Rollout = Schemas["RolloutView"];

/** It may still go either way. */
export function isOpen(rollout: Pick<Rollout, "state">): boolean {
  return ["pending", "running", "paused"].includes(rollout.state);
}

/** What happened or happens, in a few words; the verdict's sentence says why. */
export function headline(rollout: Rollout): string {
  const { state, to_revision, from_revision, verdict } = rollout;
  switch (state) {
    case "pending":
      return `Revision ${to_revision} is being loaded`;
    case "running":
      return `Revision ${to_revision} is on trial`;
    case "paused":
      return verdict?.decision === "held" ? "Undecided: it waits for a person" : "Paused by a person";
    case "promoted":
      return from_revision === null || from_revision === undefined
        ? `Revision ${to_revision} serves`
        : `Promoted: revision ${to_revision} has all traffic`;
    case "rolled_back":
      return from_revision === null || from_revision === undefined
        ? "Rolled back"
        : `Rolled back: revision ${from_revision} has all traffic`;
    default:
      return `Failed: revision ${to_revision} could not be brought up`;
  }
}

/** Where it came from and where it goes: `7 → 8`. */
export function fromTo(rollout: Rollout): string {
  return rollout.from_revision === null || rollout.from_revision === undefined
    ? `first: ${rollout.to_revision}`
    : `${rollout.from_revision} → ${rollout.to_revision}`;
}

/** How the traffic is split by it now. */
export function sharesOf(rollout: Rollout): TrafficShare[] {
  const fresh = { revision: rollout.to_revision, percent: rollout.step_percent, isNew: true };
  if (rollout.from_revision === null || rollout.from_revision === undefined) return [fresh];
  return [{ revision: rollout.from_revision, percent: 100 - rollout.step_percent, isNew: false }, fresh];
}

/** Why it ended or where it stands; made from the state when the server had nothing to add. */
export function sentenceOf(rollout: Rollout): string {
  return rollout.verdict?.sentence ?? `${headline(rollout)}.`;
}
