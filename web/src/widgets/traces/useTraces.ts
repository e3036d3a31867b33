import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { type TraceNarrowing, traceFilter, traceOrder } from "./filter";

const PATH = "/api/v1/traces";
const PAGE = 50;

/** Traces of an experiment or of all, page by page. */
export function useTraces(experiment: string | undefined, narrowing: TraceNarrowing, sort?: string) {
  const query = { experiment, filter: traceFilter(narrowing), order_by: traceOrder(sort), limit: PAGE };
  return useInfiniteQuery({
    queryKey: ["get", PATH, query],
    queryFn: async ({ pageParam, signal }) =>
      (await api.GET(PATH, { params: { query: { ...query, cursor: pageParam } }, signal })).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
