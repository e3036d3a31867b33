import { ActionIcon, Button, Group, SegmentedControl, Select, Slider, Switch, Text, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { count, middle } from "../../../state/format";
import { Filter } from "../../../widgets/Filter";
import type { Axis } from "./curve";
import type { Group as KeyGroup } from "./groups";
import classes from "./MetricsTab.module.css";
import type { ChartView } from "./useChartView";
import { movedRange, type XRange, zoomedRange } from "./xRange";

/** Which charts, over what, how smooth. All of it stands in the address. */
export function ChartTools({ view, groups, axis }: { view: ChartView; groups: KeyGroup[]; axis: Axis | undefined }) {
  return (
    <div className={classes.tools}>
      <Filter label="Find metrics" width={180} />
      {groups.length > 1 && (
        <Select
          aria-label="Group"
          placeholder="All groups"
          w={165}
          searchable
          clearable
          limit={100}
          data={groups.map(({ name, count: size }) => ({ value: name, label: `${middle(name, 40)} (${count(size)})` }))}
          value={view.group ?? null}
          onChange={(group) => view.setGroup(group ?? undefined)}
        />
      )}
      <SegmentedControl
        aria-label="What the x axis shows"
        size="xs"
        value={view.x}
        onChange={view.setX}
        data={[
          { value: "step", label: "Step" },
          { value: "time", label: "Time" },
          { value: "relative_time", label: "Since start" },
        ]}
      />
      <Zoom view={view} axis={axis} />
      <Switch
        label="Log scale"
        checked={view.isLogarithmic}
        onChange={(event) => view.setLogarithmic(event.currentTarget.checked)}
      />
      <Smoothing view={view} />
    </div>
  );
}

function Smoothing({ view }: { view: ChartView }) {
  // The slider moves at once; the address and the charts follow when it is let go.
  const [weight, setWeight] = useState(view.smoothing);
  useEffect(() => setWeight(view.smoothing), [view.smoothing]);
  return (
    <Group gap="xs" wrap="nowrap" className={classes.smoothing}>
      <Text size="sm" id="smoothing">
        Smoothing
      </Text>
      <Slider
        flex={1}
        miw={90}
        min={0}
        max={0.99}
        step={0.01}
        label={(value) => (value === 0 ? "off" : value.toFixed(2))}
        value={weight}
        onChange={setWeight}
        onChangeEnd={view.setSmoothing}
        thumbLabel="Smoothing"
      />
      <Text size="sm" c="dimmed" w={32}>
        {weight === 0 ? "off" : weight.toFixed(2)}
      </Text>
    </Group>
  );
}

/** Zooms and moves without dragging; dragging over a chart does the same. */
function Zoom({ view, axis }: { view: ChartView; axis: Axis | undefined }) {
  const seen: XRange | undefined = view.range ?? (axis && { from: axis.from, to: axis.to });
  const buttons = [
    { label: "Earlier", Icon: IconChevronLeft, next: (range: XRange) => movedRange(range, -1), isOff: !view.range },
    { label: "Zoom in", Icon: IconZoomIn, next: (range: XRange) => zoomedRange(range, 0.5), isOff: false },
    { label: "Zoom out", Icon: IconZoomOut, next: (range: XRange) => zoomedRange(range, 2), isOff: !view.range },
    { label: "Later", Icon: IconChevronRight, next: (range: XRange) => movedRange(range, 1), isOff: !view.range },
  ];
  return (
    <Group gap={2} wrap="nowrap">
      {buttons.map(({ label, Icon, next, isOff }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={label}
            disabled={!seen || isOff}
            onClick={() => seen && view.setRange(next(seen))}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
      {view.range && (
        <Button size="compact-xs" variant="subtle" onClick={() => view.setRange(undefined)}>
          Show all
        </Button>
      )}
    </Group>
  );
}
