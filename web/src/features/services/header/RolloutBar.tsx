import type { Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { rolloutPath } from "../../../widgets/rollouts/RolloutTable";
import { StepLadder } from "../../../widgets/rollouts/StepLadder";
import { TrafficSplit } from "../../../widgets/rollouts/TrafficSplit";
import { headline, sentenceOf, sharesOf } from "../../../widgets/rollouts/words";
import { Status } from "../../../widgets/Status";
import { Duration } from "../../../widgets/Time";
import classes from "./RolloutBar.module.css";

/** The rollout under way, above everything else of its service. */
export function RolloutBar({ rollout }: { rollout: Schemas["RolloutView"] }) {
  return (
    <section className={classes.bar} aria-label="Rollout under way">
      <div className={classes.words}>
        <div className={classes.head}>
          <Status state={rollout.state} />
          <b>{headline(rollout)}</b>
          <span className={classes.quiet}>
            <bdi>{middle(rollout.model, 40)}</bdi>, for <Duration from={rollout.started_at ?? rollout.created_at} />
          </span>
        </div>
        <bdi className={classes.sentence}>{middle(sentenceOf(rollout), 300)}</bdi>
        <StepLadder rollout={rollout} />
      </div>
      <div className={classes.split}>
        <TrafficSplit shares={sharesOf(rollout)} height={24} />
      </div>
      <ButtonLink to={rolloutPath(rollout)} variant="default" size="sm">
        See the evidence
      </ButtonLink>
    </section>
  );
}
