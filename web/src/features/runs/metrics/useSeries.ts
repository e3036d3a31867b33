import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../../api/client";
import type { XRange } from "./xRange";

export type XKind = "step" | "time" | "relative_time";
export type SeriesAnswer = Schemas["RunSeriesAnswer"];
export type RunSeries = Schemas["RunSeries"];

/** A chart is a few hundred pixels wide; more would not be seen. */
const BUCKETS = 400;
const LIVE_MILLIS = 3000;

interface Asked {
  run: string;
  keys: string[];
  x: XKind;
  range: XRange | undefined;
  isLive: boolean;
}

/** The curves of some metrics of a run, in one request: sampled by the server for the range that is looked at. */
export function useSeries({ run, keys, x, range, isLive }: Asked) {
  return useQuery({
    // Not under the address of runs: each event about any run would ask for all curves again. Live ones are polled.
    queryKey: ["post", "series of a run", { run, keys, x, range }],
    queryFn: async ({ signal }) => {
      const body = { runs: [run], keys, buckets: BUCKETS, x, ...range };
      const { data } = await api.POST("/api/v1/runs/series", { body, signal });
      return data;
    },
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? LIVE_MILLIS : false,
    staleTime: isLive ? 0 : 60_000,
  });
}
