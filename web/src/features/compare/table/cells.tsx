import { IconTrophy } from "@tabler/icons-react";
import { type Direction, deltaOf } from "../../../state/better";
import { measure, middle } from "../../../state/format";
import { Delta } from "../../../widgets/Delta";
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
      {isHeld && <Delta delta={deltaOf(number, held, direction)} hasBetter={column.kind === "metrics"} />}
    </>
  );
}
