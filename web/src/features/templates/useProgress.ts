import { query } from "../../api/client";
import { Problem } from "../../api/problem";
import { useSession } from "../../state/session";
import { useUrlState } from "../../state/url";
import { progressOf } from "./progress";

/** Events tell of most changes; what they do not tell, such as a first prediction, is looked up this often. */
const LOOK_MILLIS = 3_000;

const isMissing = (error: unknown) => error instanceof Problem && error.status === 404;

/** What the address names, what is there of it, and how far that is. `hasAnswered`: this page just saw an answer of the service. */
export function useProgress(hasAnswered: boolean) {
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
  const runs = job.data?.run_ids ?? [];
  const model = query.useQuery(
    "get",
    "/api/v1/models/{model}",
    { params: { path: { model: project } }, headers: { "x-roadbed-team": team } },
    { enabled: hasSucceeded && runs.length > 0 },
  );
  const versions =
    model.data || isMissing(model.error) || (hasSucceeded && runs.length === 0)
      ? (model.data?.versions ?? [])
          .filter(({ run }) => typeof run === "string" && runs.includes(run))
          .map(({ version, run }) => ({ model: project, version, run }))
      : undefined;
  const deployed = useService(service, (versions?.length ?? 0) > 0);
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
    answered: hasAnswered || requests > errors,
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

/** A service that may not be there yet. The list is asked first, which the bell has anyway: what is missing in it is no error. */
function useService(name: string, enabled: boolean) {
  const list = query.useQuery(
    "get",
    "/api/v1/services",
    { params: { query: { limit: 200 } } },
    { enabled, refetchInterval: LOOK_MILLIS },
  );
  const listed = list.data?.items.find((service) => service.name === name);
  const isBeyond = enabled && listed === undefined && typeof list.data?.next_cursor === "string";
  const single = query.useQuery(
    "get",
    "/api/v1/services/{service}",
    { params: { path: { service: name } } },
    { enabled: isBeyond, refetchInterval: LOOK_MILLIS },
  );
  return { data: listed ?? single.data, error: list.error ?? single.error };
}

export type ProgressFacts = ReturnType<typeof useProgress>;
