import { useQueries } from "@tanstack/react-query";
import { api } from "../../api/client";
import { rangeQuery } from "../../state/range";
import type { Predictions } from "./graph";

const PATH = "/api/v1/services/{service}/traffic";
/** As far back as traffic is looked at. */
const RANGE = { from: "-30d", to: "now" };
/** Services that are asked; a model in more of them is told without numbers. */
const MOST_SERVICES = 12;

/** How much each revision of these services answered in the last 30 days; services that may not be seen are left out. */
export function usePredictions(services: string[]): Predictions {
  const answers = useQueries({
    queries: services.slice(0, MOST_SERVICES).map((service) => ({
      queryKey: ["get", PATH, service, "by revision", RANGE],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const params = { path: { service }, query: rangeQuery(RANGE, 60_000) };
        return (await api.GET(PATH, { params, signal })).data ?? null;
      },
      staleTime: 60_000,
    })),
  });
  return new Map(
    answers.flatMap(({ data }) => {
      if (!data) return [];
      const counts = data.revisions.flatMap(({ revision, requests }) =>
        typeof revision === "number" ? [[revision, requests.reduce((sum, one) => sum + one, 0)] as const] : [],
      );
      return [[data.service, new Map(counts)] as const];
    }),
  );
}
