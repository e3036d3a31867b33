import type { ReactNode } from "react";
import classes from "./Tile.module.css";

/** A number that stands for itself, with what it means and perhaps a hint below. */
export function Tile({
  label,
  value,
  hint,
  tone,
}: {
  label: string;
  value: ReactNode;
  hint?: ReactNode;
  tone?: "good" | "warn" | "bad";
}) {
  return (
    <div className={classes.tile}>
      <span className={classes.label}>{label}</span>
      <span className={classes.value} data-tone={tone}>
        {value}
      </span>
      {hint && <span className={classes.hint}>{hint}</span>}
    </div>
  );
}

/** Numbers side by side, as many as fit. */
export function Tiles({ children }: { children: ReactNode }) {
  return <div className={classes.tiles}>{children}</div>;
}
