/** What the platform holds, as far as the first steps ask. */
export interface Facts {
  projects: { name: string }[];
  hasJobs: boolean;
  hasRuns: boolean;
  hasModels: boolean;
  services: { revision?: number | null | undefined }[];
  rollouts: { from_revision?: number | null | undefined }[];
}

export interface Step {
  id: string;
  title: string;
  about: string;
  /** Where the portal does it, or shows it once it is done. */
  path: string;
  command: string;
  done: boolean;
}

/** The project that every platform starts with. */
const BUILT_IN_PROJECT = "default";

/** A model that replaces another has been released: everything before that was done too. */
export function isReleased({ services, rollouts }: Pick<Facts, "services" | "rollouts">): boolean {
  return services.some(hasRevision) && rollouts.some((rollout) => typeof rollout.from_revision === "number");
}

const hasRevision = (service: Facts["services"][number]) => typeof service.revision === "number";

/** From nothing to a release, ticked by what is really there. */
export function firstSteps(facts: Facts): Step[] {
  const isDeployed = facts.services.some(hasRevision);
  return [
    {
      id: "project",
      title: "Make a project",
      about: "A folder with code and one roadbed.yaml. Start from a template that trains a model.",
      path: "/new",
      command: "roadbed init churn && cd churn",
      done: facts.projects.some(({ name }) => name !== BUILT_IN_PROJECT),
    },
    {
      id: "job",
      title: "Run a job",
      about: "Your code runs on the platform with packages of its own, and its log is kept.",
      path: "/jobs",
      command: "roadbed run train",
      done: facts.hasJobs,
    },
    {
      id: "run",
      title: "Log a run",
      about: "Parameters and metrics from the mlflow client you know; jobs are connected already.",
      path: "/experiments",
      command: 'eval "$(roadbed env)" && python train.py',
      done: facts.hasRuns,
    },
    {
      id: "model",
      title: "Register a model",
      about: "A version of a model that can be found, compared and served.",
      path: "/models",
      command: "roadbed list model",
      done: facts.hasModels || isDeployed,
    },
    {
      id: "service",
      title: "Deploy it as a service",
      about: "One address that answers predictions, whichever version is behind it.",
      path: "/services",
      command: "roadbed deploy churn --model churn/1 --project churn",
      done: isDeployed,
    },
    {
      id: "release",
      title: "Release a new version",
      about: "Traffic moves step by step while the evidence is good, and back by itself when it is not.",
      path: "/services",
      command: "roadbed deploy churn --model churn/2",
      done: isReleased(facts),
    },
  ];
}
