import { query, type Schemas } from "../../api/client";

export type Run = Schemas["RunPage"];

/** Values come without events, so a run that is under way is asked about. */
const LIVE_MILLIS = 3000;

/** A run with all that it logged, kept fresh while it is under way. */
export function useRun(id: string) {
  return query.useQuery(
    "get",
    "/api/v1/runs/{run}",
    { params: { path: { run: id } } },
    { refetchInterval: ({ state }) => (state.data?.status === "RUNNING" ? LIVE_MILLIS : false) },
  );
}
