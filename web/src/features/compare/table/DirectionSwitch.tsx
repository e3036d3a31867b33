import { ActionIcon, Tooltip } from "@mantine/core";
import { IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import type { Direction } from "../../../state/better";

/** Says which end of a metric is the good one, and turns it round. */
export function DirectionSwitch({
  metric,
  direction,
  onTurn,
}: {
  metric: string;
  direction: Direction;
  onTurn: () => void;
}) {
  const Icon = direction === "highest" ? IconTrendingUp : IconTrendingDown;
  const label = `${direction === "highest" ? "Higher" : "Lower"} is better`;
  return (
    <Tooltip label={`${label}; press to turn it round`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`${metric}: ${label}, turn round`}
        onClick={onTurn}
      >
        <Icon size={15} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
