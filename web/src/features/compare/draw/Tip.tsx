import type { ReactNode } from "react";
import type { Point, Size } from "./Canvas";
import classes from "./Canvas.module.css";

/** Room between the pointer and what is told of it. */
const GAP = 14;

/** What is under the pointer, beside it on the side with more room. */
export function Tip({ at, size, children }: { at: Point; size: Size; children: ReactNode }) {
  const isRight = at.x > size.width / 2;
  const isLow = at.y > size.height / 2;
  return (
    <div
      className={classes.tip}
      style={{
        ...(isRight ? { right: size.width - at.x + GAP } : { left: at.x + GAP }),
        ...(isLow ? { bottom: size.height - at.y + GAP } : { top: at.y + GAP }),
      }}
    >
      {children}
    </div>
  );
}
