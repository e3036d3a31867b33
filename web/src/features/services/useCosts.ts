import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { rangeQuery, type TimeRange } from "../../state/range";

const PATH = "/api/v1/costs";

/** What a range of time cost, of everything or of one service. The range is put into times when it is asked, so that it moves along. */
export function useCosts(range: TimeRange, service?: string, step?: string) {
  const object = service === undefined ? undefined : `service/${service}`;
  return useQuery({
    queryKey: ["get", PATH, range, object, step],
    queryFn: async ({ signal }) => {
      const params = { query: { ...rangeQuery(range, 60_000), object, step } };
      const { data } = await api.GET(PATH, { params, signal });
      return data ?? null;
    },
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
}
