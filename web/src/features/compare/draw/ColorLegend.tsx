import { useComputedColorScheme } from "@mantine/core";
import { measure, middle } from "../../../state/format";
import type { ComparedColumn, ComparedRun } from "../data/columns";
import { rangeOf } from "./colorScale";
import classes from "./Figure.module.css";
import { gradientBar } from "./gradient";

/** What the colors mean. */
export function ColorLegend({ runs, column }: { runs: ComparedRun[]; column: ComparedColumn | undefined }) {
  const scheme = useComputedColorScheme("light");
  const range = column && rangeOf(runs, column);
  if (!column || !range) return null;
  return (
    <span className={classes.legend}>
      <bdi>{middle(column.key, 24)}</bdi> {measure(range[0], 3)}
      <span className={classes.gradient} style={{ background: gradientBar(scheme) }} aria-hidden />
      {measure(range[1], 3)}
    </span>
  );
}
