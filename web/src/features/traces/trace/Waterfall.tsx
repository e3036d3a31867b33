import { Button, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { count, middle, words } from "../../../state/format";
import classes from "./trace.module.css";
import { microseconds, openRows, type Row, rowsOf, type Step, spanOf } from "./waterfall";

/** Rows drawn at first; more come when they are asked for. */
const MOST_ROWS = 300;

interface WaterfallProps {
  steps: Step[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

/** Steps below each other as they were called, with bars that say when and for how long. */
export function Waterfall({ steps, chosen, onChoose }: WaterfallProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [most, setMost] = useState(MOST_ROWS);
  const rows = useMemo(() => rowsOf(steps), [steps]);
  const open = openRows(rows, closed);
  const { from, to } = spanOf(steps);
  const toggle = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  return (
    <>
      <div className={classes.scale} aria-hidden>
        <span className={classes.ends}>
          <span>0</span>
          <span>{microseconds(to - from)}</span>
        </span>
      </div>
      <ol className={classes.steps}>
        {open.slice(0, most).map((row) => (
          <li key={row.step.id}>
            <OneRow
              row={row}
              isClosed={closed.has(row.step.id)}
              isChosen={row.step.id === chosen}
              onToggle={() => toggle(row.step.id)}
              onChoose={() => onChoose(row.step.id)}
            />
          </li>
        ))}
      </ol>
      {open.length > most && (
        <Button variant="default" size="compact-sm" m="sm" onClick={() => setMost(most + MOST_ROWS)}>
          Show more of {count(open.length)} steps
        </Button>
      )}
    </>
  );
}

/** Steps deeper than this are not moved further right: there would be no room for their names. */
const DEEPEST = 10;

interface OneRowProps {
  row: Row;
  isClosed: boolean;
  isChosen: boolean;
  onToggle: () => void;
  onChoose: () => void;
}

function OneRow({ row: { step, start, length, isParent }, isClosed, isChosen, onToggle, onChoose }: OneRowProps) {
  const Chevron = isClosed ? IconChevronRight : IconChevronDown;
  const isWrong = step.status === "ERROR";
  const indent = Math.min(step.depth, DEEPEST) * 14;
  return (
    <div className={classes.row} data-chosen={isChosen || undefined}>
      {isParent && (
        <UnstyledButton
          className={classes.toggle}
          style={{ left: 8 + indent }}
          onClick={onToggle}
          aria-expanded={!isClosed}
          aria-label={`Steps below ${middle(step.name, 60)}`}
        >
          <Chevron size={15} aria-hidden />
        </UnstyledButton>
      )}
      <UnstyledButton className={classes.step} onClick={onChoose} aria-current={isChosen || undefined}>
        <span className={classes.name} style={{ paddingLeft: 24 + indent }}>
          {isWrong && <IconAlertTriangle size={14} role="img" aria-label="error" className={classes.wrong} />}
          <bdi title={step.name}>{middle(step.name, 60)}</bdi>{" "}
          {step.kind !== "UNKNOWN" && <span className={classes.kind}>{words(step.kind.toLowerCase())}</span>}
        </span>{" "}
        <span className={classes.track}>
          <span
            className={classes.bar}
            data-wrong={isWrong || undefined}
            data-open={typeof step.duration_us !== "number" || undefined}
            style={{ left: `${start * 100}%`, width: `${length * 100}%` }}
          />
        </span>
        <span className={classes.took}>{microseconds(step.duration_us)}</span>
      </UnstyledButton>
    </div>
  );
}
