import { IconCircle, IconCircleCheckFilled, IconCircleDot, IconCircleX, IconMinus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { StepState } from "./progress";
import classes from "./templates.module.css";

const MARKS = {
  done: { Icon: IconCircleCheckFilled, word: "done" },
  now: { Icon: IconCircleDot, word: "under way" },
  later: { Icon: IconCircle, word: "comes later" },
  failed: { Icon: IconCircleX, word: "failed" },
  none: { Icon: IconMinus, word: "not needed" },
};

/** One step of the way: where it stands, what it is, and what can be done there. */
export function StepFrame({
  title,
  state,
  beside,
  children,
}: {
  title: string;
  state: StepState;
  beside?: ReactNode;
  children?: ReactNode;
}) {
  const { Icon, word } = MARKS[state];
  return (
    <li className={classes.step} data-state={state} aria-current={state === "now" ? "step" : undefined}>
      <span className={classes.mark}>
        <Icon size={22} role="img" aria-label={word} />
      </span>
      <div>
        <div className={classes.stepHead}>
          <h2 className={classes.stepTitle}>{title}</h2>
          {beside}
        </div>
        {children && <div className={classes.stepBody}>{children}</div>}
      </div>
    </li>
  );
}
