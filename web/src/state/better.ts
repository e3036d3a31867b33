export type Direction = "highest" | "lowest";

/** Names of metrics where less is better. Only a guess: the visitor can turn it round for each metric. */
const LESS_IS_BETTER =
  /(^|[^a-z])(loss|error|err|mse|rmse|mae|mape|msle|rmsle|wer|cer|eer|fid|perplexity|ppl|brier|ece|deviance|nll|regret|latency|duration|seconds|time|cost|fpr|fnr|bytes|memory)([^a-z]|$)|log_?loss|cross_?entropy/i;

/** Which end of a metric is the good one. */
export function directionOf(key: string, turned: readonly string[] = []): Direction {
  const isLower = LESS_IS_BETTER.test(key) && !/accuracy|score|r2/i.test(key);
  return isLower !== turned.includes(key) ? "lowest" : "highest";
}

/** A value beside the one it is held against. */
export interface Delta {
  value: number;
  /** Of the baseline's size; undefined where the baseline is 0. */
  share: number | undefined;
  verdict: "better" | "worse" | "same";
}

export function deltaOf(value: number, baseline: number, direction: Direction): Delta {
  const difference = value - baseline;
  const isBetter = direction === "highest" ? difference > 0 : difference < 0;
  return {
    value: difference,
    share: baseline === 0 ? undefined : difference / Math.abs(baseline),
    verdict: difference === 0 ? "same" : isBetter ? "better" : "worse",
  };
}
