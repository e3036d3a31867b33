import { IconCheck, IconPlayerPause, IconX } from "@tabler/icons-react";
import type { Schemas } from "../../api/client";
import { type LadderStep, ladderOf } from "./ladder";
import classes from "./StepLadder.module.css";
import { percentText } from "./TrafficSplit";

const WORDS: Record<LadderStep["state"], string> = {
  done: "done",
  now: "now",
  stopped: "stopped here",
  next: "to come",
};

/** The agreed steps of the ramp: which are done, which is in force, which are to come. `reached` is the last share of one that ended. */
export function StepLadder({ rollout, reached }: { rollout: Schemas["RolloutView"]; reached?: number | undefined }) {
  return (
    <ol className={classes.ladder} aria-label="Steps of the rollout">
      {ladderOf(rollout, reached).map((step) => (
        <li key={step.percent} className={classes.step} data-state={step.state}>
          <StepIcon state={step.state} isPaused={rollout.state === "paused"} />
          <b>{percentText(step.percent)}</b>
          <span className={step.state === "done" || step.state === "next" ? classes.spoken : undefined}>
            {WORDS[step.state]}
          </span>
        </li>
      ))}
    </ol>
  );
}

function StepIcon({ state, isPaused }: { state: LadderStep["state"]; isPaused: boolean }) {
  if (state === "done") return <IconCheck size={13} stroke={2.4} aria-hidden />;
  if (state === "stopped") return <IconX size={13} stroke={2.4} aria-hidden />;
  return state === "now" && isPaused ? <IconPlayerPause size={13} aria-hidden /> : null;
}
