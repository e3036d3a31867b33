import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../../api/client";

const PAGE = 200;

/** What happened to a model, the newest first, as far as it was asked for. */
export function useHistory(model: string) {
  const history = useInfiniteQuery({
    queryKey: ["get", "/api/v1/models/{model}/history", { model }],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      const params = { path: { model }, query };
      return (await api.GET("/api/v1/models/{model}/history", { params, signal })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  const items = useMemo(() => history.data?.pages.flatMap((page) => page?.items ?? []) ?? [], [history.data]);
  return { query: history, items };
}

export type ModelHistory = ReturnType<typeof useHistory>;
