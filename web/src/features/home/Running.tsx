import { Progress, Skeleton } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { useGoingOn } from "../../state/attention";
import { middle } from "../../state/format";
import { Link } from "../../widgets/Link";
import { Panel } from "../../widgets/Panel";
import { Status } from "../../widgets/Status";
import { Duration } from "../../widgets/Time";
import classes from "./home.module.css";

type Job = Schemas["JobView"];
type Rollout = Schemas["RolloutView"];

const SHOWN = 6;
const OPEN_ROLLOUT = ["pending", "running", "paused"];
const OPEN_JOB = ["running", "starting", "queued"];
const SENTENCE_LENGTH = 160;

/** Jobs and rollouts that are under way, with how far they are. */
export function Running() {
  const going = useGoingOn();
  const rollouts = going.rollouts.filter(({ state }) => OPEN_ROLLOUT.includes(state));
  const jobs = going.jobs
    .filter(({ state }) => OPEN_JOB.includes(state))
    .sort((one, other) => OPEN_JOB.indexOf(one.state) - OPEN_JOB.indexOf(other.state));
  const hidden = Math.max(0, jobs.length - SHOWN);
  return (
    <Panel
      title="Under way"
      aside={
        <Link to="/jobs" size="sm">
          {hidden > 0 ? `${hidden} more jobs` : "All jobs"}
        </Link>
      }
    >
      {going.isLoading ? (
        <Skeleton height={20} radius="sm" role="status" aria-busy="true" aria-label="Loading" />
      ) : rollouts.length + jobs.length === 0 ? (
        <p className={classes.calm}>No rollout and no job is under way.</p>
      ) : (
        <ul className={classes.list}>
          {rollouts.map((rollout) => (
            <RolloutLine key={rollout.id} rollout={rollout} />
          ))}
          {jobs.slice(0, SHOWN).map((job) => (
            <JobLine key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function RolloutLine({ rollout }: { rollout: Rollout }) {
  const share = `${rollout.step_percent} % of the traffic`;
  const sentence = rollout.verdict?.sentence;
  return (
    <li className={classes.going}>
      <span className={classes.goingHead}>
        <Link to={`/services/${encodeURIComponent(rollout.service)}/rollouts/${rollout.id}`} fw={600} size="sm">
          Rollout of <bdi>{middle(rollout.service, 32)}</bdi>
        </Link>
        <Status state={rollout.state} />
      </span>
      <Progress value={rollout.step_percent} size="sm" aria-label={`${rollout.model} gets ${share}`} />
      <span className={classes.quiet}>
        <bdi>{middle(rollout.model, 32)}</bdi> gets {share}, for <Duration from={rollout.created_at} />
        {sentence && (
          <>
            {". "}
            <bdi>{middle(sentence, SENTENCE_LENGTH)}</bdi>
          </>
        )}
      </span>
    </li>
  );
}

function JobLine({ job }: { job: Job }) {
  const what = job.waiting ? `number ${job.waiting.position} in the queue: ${job.waiting.reason}` : job.message;
  return (
    <li className={classes.going}>
      <span className={classes.goingHead}>
        <Link to={`/jobs/${job.id}`} fw={600} size="sm">
          <bdi>{middle(`${job.project}/${job.name}`, 40)}</bdi>
        </Link>
        <Status state={job.state} />
      </span>
      <span className={classes.quiet}>
        {job.started_at ? "for " : "submitted, "}
        <Duration from={job.started_at ?? job.created_at} />
        {what && (
          <>
            {", "}
            <bdi>{middle(what, SENTENCE_LENGTH)}</bdi>
          </>
        )}
      </span>
    </li>
  );
}
