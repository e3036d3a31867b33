import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import type { TimeRange } from "../state/range";
import { shifted, zoomed } from "../state/zoom";

/** Zoom and move a range of time without dragging. */
export function RangeZoom({ range, onChange }: { range: TimeRange; onChange: (range: TimeRange) => void }) {
  const buttons = [
    { label: "Earlier", Icon: IconChevronLeft, next: () => shifted(range, -1, Date.now()) },
    { label: "Zoom in", Icon: IconZoomIn, next: () => zoomed(range, 0.5, Date.now()) },
    { label: "Zoom out", Icon: IconZoomOut, next: () => zoomed(range, 2, Date.now()) },
    { label: "Later", Icon: IconChevronRight, next: () => shifted(range, 1, Date.now()) },
  ];
  return (
    <Group gap={2} wrap="nowrap">
      {buttons.map(({ label, Icon, next }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => onChange(next())}>
            <Icon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </Group>
  );
}
