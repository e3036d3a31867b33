import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { problemOf } from "../../../api/problem";
import {
  columnId,
  isOwnTag,
  type KeyColumn,
  type KeyKind,
  type KnownKey,
  orderBy,
  parseColumnId,
} from "../columns/keyColumns";
import type { RunView } from "./useRunView";

export type RunRow = Schemas["RunItem"];
export type RunPage = Schemas["RunList"];

export const PAGE_ROWS = 100;
/** Metrics come without events, so runs that are under way are asked about. */
const RUNNING_MILLIS = 5000;

/** Keys that runs of the experiments logged and that hold `word`, the first `limit` of each kind and experiment. */
export function useKeys(
  experiments: string[],
  options: { kind?: KeyKind; word?: string; limit: number; isOff?: boolean },
) {
  const { kind, word, limit, isOff } = options;
  const answers = useQueries({
    queries: experiments.map((experiment) => ({
      queryKey: ["get", "/api/v1/experiments/{experiment}/keys", { experiment, kind, word, limit }],
      queryFn: async () => {
        const { data } = await api.GET("/api/v1/experiments/{experiment}/keys", {
          params: { path: { experiment }, query: { kind, q: word || undefined, limit } },
        });
        return data?.items ?? [];
      },
      staleTime: 30_000,
      placeholderData: keepPreviousData,
      enabled: !isOff,
    })),
  });
  const isLoading = answers.some((answer) => answer.isLoading);
  const error = answers.find((answer) => answer.error)?.error;
  // One key that several experiments log is one column.
  const text = JSON.stringify(answers.map((answer) => answer.data));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `text` stands for the answers, whose list is new at each draw.
  const keys = useMemo(() => {
    const unique = new Map<string, KnownKey>();
    for (const { kind: known, key, runs } of answers.flatMap((answer) => answer.data ?? [])) {
      const column = parseColumnId(`${known}.${key}`);
      if (!column || isOwnTag(column)) continue;
      const before = unique.get(columnId(column))?.runs ?? 0;
      unique.set(columnId(column), { ...column, runs: before + runs });
    }
    return [...unique.values()];
  }, [text]);
  return { keys, isLoading, error };
}

/** One page of runs with the values of these columns, and how many there are in all. */
export function useRuns(view: RunView, columns: KeyColumn[] | undefined) {
  const asked = {
    experiments: view.experiments.join(","),
    filter: view.filter,
    order_by: orderBy(view.sort),
    view: view.state,
    cursor: view.cursor,
    // Names show at once; values come when it is known which are wanted.
    columns: columns && columns.length > 0 ? columns.map(columnId).join(",") : "none",
    count: true,
    limit: PAGE_ROWS,
  };
  const answer = useQuery({
    queryKey: ["get", "/api/v1/runs", asked],
    queryFn: async ({ signal }) => (await api.GET("/api/v1/runs", { params: { query: asked }, signal })).data,
    placeholderData: keepPreviousData,
    enabled: view.experiments.length > 0,
    refetchInterval: ({ state }) =>
      state.data?.items.some((run) => run.status === "RUNNING") ? RUNNING_MILLIS : false,
  });
  // A filter that does not parse yet must not clear the table while it is typed.
  const [lastGood, setLastGood] = useState<RunPage | undefined>();
  useEffect(() => {
    if (answer.data && !answer.error) setLastGood(answer.data);
  }, [answer.data, answer.error]);
  const problem = answer.error ? problemOf(answer.error) : undefined;
  const isAboutFilter =
    problem !== undefined && problem.status === 400 && view.isFiltered && problem.field !== "order_by";
  return {
    answer,
    data: answer.data ?? (isAboutFilter ? lastGood : undefined),
    filterProblem: isAboutFilter ? problem : undefined,
    isOld: answer.isPlaceholderData,
  };
}
