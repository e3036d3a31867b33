import { Button } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import classes from "./Figure.module.css";

interface FigureProps {
  title: string;
  /** Right of the title: what one may change about the chart. */
  controls?: ReactNode;
  chart: ReactNode;
  /** The same values for those who read rather than look; made only when asked for. */
  table: () => ReactNode;
}

/** A chart with its table twin. */
export function Figure({ title, controls, chart, table }: FigureProps) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <figure className={classes.figure} aria-labelledby={id}>
      <div className={classes.head}>
        <figcaption id={id} className={classes.title}>
          <bdi>{title}</bdi>
        </figcaption>
        <div className={classes.controls}>
          {controls}
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => setAsTable(!asTable)}
            aria-label={asTable ? `${title} as chart` : `${title} as table`}
          >
            {asTable ? "Chart" : "Table"}
          </Button>
        </div>
      </div>
      {asTable ? table() : chart}
    </figure>
  );
}
