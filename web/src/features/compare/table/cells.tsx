import { IconArrowDown, IconArrowUp, IconTrophy } from "@tabler/icons-react";
import { measure, middle, share } from "../../../state/format";
import { type Delta, type Direction, deltaOf } from "../data/best";
import { type ComparedColumn, type ComparedRun, numberOf, valueAt } from "../data/columns";
import classes from "./table.module.css";

/** Texts longer than this are cut in the middle; the whole is told on hover. */
const LONG = 36;

interface ValueProps {
  run: ComparedRun;
  column: ComparedColumn;
  isBest: boolean;
  direction: Direction;
  /** What the value is held against. */
  baseline: ComparedRun | undefined;
}

/** What a run has in a column, its mark when it is the best, and how it differs from the baseline. */
export function Value({ run, column, isBest, direction, baseline }: ValueProps) {
  const value = valueAt(run, column);
  if (value === undefined) return <span className={classes.nothing}>–</span>;
  const text = typeof value === "number" ? measure(value) : value;
  const [number, held] = [numberOf(run, column), baseline && baseline.id !== run.id && numberOf(baseline, column)];
  const isHeld = number !== undefined && typeof held === "number";
  return (
    <>
      <span className={classes.value} data-best={isBest || undefined}>
        {isBest && <IconTrophy size={14} aria-hidden />}
        <bdi title={text.length > LONG ? text : undefined}>{middle(text, LONG)}</bdi>
        {isBest && <span className={classes.word}>best</span>}
      </span>
      {isHeld && <DeltaText delta={deltaOf(number, held, direction)} isMetric={column.kind === "metrics"} />}
    </>
  );
}

/** The difference to the baseline. Only of metrics is one side better than the other. */
function DeltaText({ delta, isMetric }: { delta: Delta; isMetric: boolean }) {
  if (delta.verdict === "same") return <span className={classes.delta}>same</span>;
  const Icon = delta.value > 0 ? IconArrowUp : IconArrowDown;
  const sign = delta.value > 0 ? "+" : "";
  const inShare = delta.share === undefined ? "" : ` (${sign}${share(delta.share)})`;
  return (
    <span className={classes.delta} data-verdict={isMetric ? delta.verdict : undefined}>
      <Icon size={12} aria-hidden />
      {sign}
      {measure(delta.value, 3)}
      {inShare}
      {isMetric && <span className={classes.word}> {delta.verdict}</span>}
    </span>
  );
}
