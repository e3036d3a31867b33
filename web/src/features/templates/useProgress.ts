import { query } from "../../api/client";
import { Problem } from "../../api/problem";
import { useSession } from "../../state/session";
import { useUrlState } from "../../state/url";
import { progressOf } from "./progress";

/** Events tell of most changes; what they do not tell, such as a first prediction, is looked up this often. */
const LOOK_MILLIS = 3_000;

const isMissing = (error: unknown) => error instanceof Problem && error.status === 404;

/** What the address names, what is there of it, and how far that is. */
export function useProgress() {
  const { get } = useUrlState();
  const session = useSession();
  const project = get("project") ?? "";
  const team = get("team") ?? session.team;
  const service = get("service") ?? project;
  const given = get("job");
  const found = query.useQuery("get", "/api/v1/projects/{project}", {
    params: { path: { project }, query: { team } },
  });
  const newest = query.useQuery(
    "get",
    "/api/v1/jobs",
    { params: { query: { project, team, limit: 1 } } },
    { enabled: given === undefined },
  );
  const id = given ?? newest.data?.items[0]?.id;
  const job = query.useQuery(
    "get",
    "/api/v1/jobs/{id}",
    { params: { path: { id: id ?? "" } } },
    { enabled: id !== undefined },
  );
  const hasSucceeded = job.data?.state === "succeeded";
  const model = query.useQuery(
    "get",
    "/api/v1/models/{model}",
    { params: { path: { model: project } }, headers: { "x-roadbed-team": team } },
    { enabled: hasSucceeded },
  );
  const runs = job.data?.run_ids ?? [];
  const versions =
    model.data || isMissing(model.error)
      ? (model.data?.versions ?? [])
          .filter(({ run }) => typeof run === "string" && runs.includes(run))
          .map(({ version, run }) => ({ model: project, version, run }))
      : undefined;
  const deployed = query.useQuery(
    "get",
    "/api/v1/services/{service}",
    { params: { path: { service } } },
    { enabled: (versions?.length ?? 0) > 0, refetchInterval: LOOK_MILLIS },
  );
  const isThere = deployed.data !== undefined;
  const rollout = query.useQuery(
    "get",
    "/api/v1/services/{service}/rollouts/latest",
    { params: { path: { service } } },
    { enabled: isThere },
  );
  const traffic = query.useQuery(
    "get",
    "/api/v1/services/{service}/traffic",
    { params: { path: { service } } },
    { enabled: isThere, refetchInterval: LOOK_MILLIS },
  );
  const { requests = 0, errors = 0 } = traffic.data?.summary ?? {};
  const facts = {
    job: job.data,
    versions,
    service: deployed.data,
    rollout: rollout.data,
    answered: requests > errors,
  };
  return {
    ...facts,
    project,
    team,
    serviceName: service,
    found,
    /** The first thing that could not be asked, other than what is not there yet. */
    error: [job.error, newest.error, model.error, deployed.error].find((error) => error && !isMissing(error)),
    progress: progressOf(facts),
  };
}

export type ProgressFacts = ReturnType<typeof useProgress>;
