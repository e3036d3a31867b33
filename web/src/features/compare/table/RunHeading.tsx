import { ActionIcon, Tooltip, useComputedColorScheme } from "@mantine/core";
import { IconPin, IconPinFilled, IconX } from "@tabler/icons-react";
import { chartColor } from "../../../charts/colors";
import { middle } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { Status } from "../../../widgets/Status";
import type { ComparedRun } from "../data/columns";
import classes from "./table.module.css";

interface RunHeadingProps {
  run: ComparedRun;
  color: number;
  isBaseline: boolean;
  onPin: () => void;
  /** Absent when the runs are those of a search, which has no single ones to take away. */
  onRemove: (() => void) | undefined;
}

/** A run's name, its color on all charts, its state, and what can be done with it here. */
export function RunHeading({ run, color, isBaseline, onPin, onRemove }: RunHeadingProps) {
  const scheme = useComputedColorScheme("light");
  const pin = isBaseline ? "No longer the baseline" : "Compare the others with this run";
  return (
    <div className={classes.run}>
      <span className={classes.line}>
        <span className={classes.swatch} style={{ background: chartColor(color, scheme) }} aria-hidden />
        <Link to={`/runs/${encodeURIComponent(run.id)}`} title={run.name} size="sm">
          <bdi>{middle(run.name, 26)}</bdi>
        </Link>
      </span>
      <span className={classes.line}>
        <Status state={run.status} />
        <span className={classes.buttons}>
          <Tooltip label={pin}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`${pin}: ${middle(run.name, 60)}`}
              aria-pressed={isBaseline}
              onClick={onPin}
            >
              {isBaseline ? <IconPinFilled size={15} aria-hidden /> : <IconPin size={15} aria-hidden />}
            </ActionIcon>
          </Tooltip>
          {onRemove && (
            <Tooltip label="Take out of the comparison">
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Take ${middle(run.name, 60)} out of the comparison`}
                onClick={onRemove}
              >
                <IconX size={15} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
        </span>
      </span>
      {isBaseline && <span className={classes.word}>baseline</span>}
    </div>
  );
}
