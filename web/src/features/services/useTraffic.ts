import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { rangeQuery, type TimeRange } from "../../state/range";

const PATH = "/api/v1/services/{service}/traffic";

/** Traffic of a service. A range up to now is asked again every few seconds. */
export function useTraffic(service: string, range: TimeRange, everyMillis = 5_000, step?: number) {
  return useQuery({
    queryKey: ["get", PATH, service, range, step],
    queryFn: async ({ signal }) => {
      const params = { path: { service }, query: { ...rangeQuery(range, 1000), step } };
      const { data } = await api.GET(PATH, { params, signal });
      return data ?? null;
    },
    refetchInterval: range.to === "now" ? everyMillis : false,
    placeholderData: keepPreviousData,
  });
}
