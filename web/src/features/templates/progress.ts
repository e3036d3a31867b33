/** Where a step stands. `none`: there is nothing to do, `later`: it waits for the ones before it. */
export type StepState = "done" | "now" | "later" | "failed" | "none";

/** What is known; undefined while it is not known yet or is not there. */
export interface Known {
  job?: { state: string } | undefined;
  /** Versions that the job registered. */
  versions?: { model: string; version: number }[] | undefined;
  service?: ServiceFacts | undefined;
  /** The newest rollout of the service. */
  rollout?: { state: string } | undefined;
  /** The service has answered somebody. */
  answered: boolean;
}

export interface ServiceFacts {
  project: string;
  state: string;
  /** Registered name and version of the model in charge. */
  model?: string | null | undefined;
  revision?: number | null | undefined;
  rollout?: string | null | undefined;
}

export interface Progress {
  training: StepState;
  model: StepState;
  deploy: StepState;
  predict: StepState;
}

const ENDED_BADLY = ["failed", "lost", "cancelled"];

/** From a job to a service that answers, by what is really there: the same after a reload and for everybody. */
export function progressOf({ job, versions, service, rollout, answered }: Known): Progress {
  const training: StepState = !job
    ? "later"
    : job.state === "succeeded"
      ? "done"
      : ENDED_BADLY.includes(job.state)
        ? "failed"
        : "now";
  const model: StepState =
    training !== "done" ? "later" : versions === undefined ? "now" : versions.length > 0 ? "done" : "none";
  const deploy = model === "done" ? deployOf(versions ?? [], service, rollout) : model === "none" ? "none" : "later";
  const predict: StepState = deploy === "done" ? (answered ? "done" : "now") : deploy === "none" ? "none" : "later";
  return { training, model, deploy, predict };
}

function deployOf(
  versions: { model: string; version: number }[],
  service: ServiceFacts | undefined,
  rollout: { state: string } | undefined,
): StepState {
  if (!service) return "now";
  const isOurs = versions.some(({ model, version }) => service.model === `${model}/${version}`);
  if (isOurs && typeof service.revision === "number") return "done";
  const isUndone = rollout?.state === "failed" || rollout?.state === "rolled_back";
  return !service.rollout && isUndone ? "failed" : "now";
}
