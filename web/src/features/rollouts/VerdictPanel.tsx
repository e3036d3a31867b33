import type { Schemas } from "../../api/client";
import { useNow } from "../../state/clock";
import { duration, middle } from "../../state/format";
import { StepLadder } from "../../widgets/rollouts/StepLadder";
import { TrafficSplit } from "../../widgets/rollouts/TrafficSplit";
import { headline, isOpen, sentenceOf, sharesOf } from "../../widgets/rollouts/words";
import { stepProgress, termsOf } from "./terms";
import classes from "./VerdictPanel.module.css";

const TONES: Record<string, string> = { promoted: "good", rolled_back: "bad", failed: "bad", paused: "warn" };

/** The verdict, as large as it matters, with who gets the traffic. */
export function VerdictPanel({ explained }: { explained: Schemas["ExplanationView"] }) {
  const { rollout, stages } = explained;
  return (
    <section className={classes.panel} data-tone={TONES[rollout.state] ?? "info"} aria-label="Verdict">
      <div className={classes.words}>
        <h2 className={classes.headline}>{headline(rollout)}</h2>
        <p className={classes.sentence} aria-live="polite">
          <bdi>{middle(sentenceOf(rollout), 700)}</bdi>
        </p>
        {rollout.state === "running" && <Progress explained={explained} />}
      </div>
      <div className={classes.traffic}>
        <TrafficSplit shares={sharesOf(rollout)} />
        <StepLadder rollout={rollout} reached={isOpen(rollout) ? undefined : stages.at(-1)?.weight_percent} />
      </div>
    </section>
  );
}

/** What the step in force still needs before the next one may be taken. */
function Progress({ explained }: { explained: Schemas["ExplanationView"] }) {
  const now = useNow();
  const step = stepProgress(explained, termsOf(explained.terms));
  if (!step) return null;
  const seconds = Math.max(0, (now - Date.parse(step.since)) / 1000);
  return (
    <p className={classes.progress}>
      {step.isWarmUp ? "Warm-up" : "This step"}: {step.units} of at least {step.unitsNeeded} requests to the new
      revision
      {step.secondsNeeded > 0 && `, ${duration(Math.floor(seconds))} of at least ${duration(step.secondsNeeded)}`}
    </p>
  );
}
