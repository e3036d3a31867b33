import { Button, Group, Popover, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { momentOf, PRESETS, type TimeRange } from "../state/range";

/** Chooses a range of time: a preset, or anything typed (`-90m`, `2026-11-20 08:00`). */
export function RangePicker({ range, onChange }: { range: TimeRange; onChange: (range: TimeRange) => void }) {
  const [opened, setOpened] = useState(false);
  const [draft, setDraft] = useState(range);
  const preset = range.to === "now" ? range.from : "";
  const isGood = (text: string) => momentOf(text, Date.now()) !== undefined;
  const apply = () => {
    if (!isGood(draft.from) || !isGood(draft.to)) return;
    onChange(draft);
    setOpened(false);
  };
  return (
    <Group gap={6} wrap="wrap">
      <SegmentedControl
        size="xs"
        aria-label="Range of time"
        value={PRESETS.some(({ value }) => value === preset) ? preset : ""}
        onChange={(from) => onChange({ from, to: "now" })}
        data={PRESETS.map(({ value }) => ({ value, label: value.slice(1) }))}
      />
      <Popover opened={opened} onChange={setOpened} withArrow trapFocus returnFocus position="bottom-end">
        <Popover.Target>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              setDraft(range);
              setOpened(!opened);
            }}
          >
            {preset === "" || !PRESETS.some(({ value }) => value === preset) ? `${range.from} to ${range.to}` : "Other"}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="xs">
            {(["from", "to"] as const).map((name) => (
              <TextInput
                key={name}
                label={name === "from" ? "From" : "To"}
                description="now, -90m, -2d or 2026-11-20 08:00"
                value={draft[name]}
                error={isGood(draft[name]) ? undefined : "not a time: write -90m or 2026-11-20 08:00"}
                onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
                onKeyDown={(event) => event.key === "Enter" && apply()}
              />
            ))}
            <Button size="xs" onClick={apply}>
              Show
            </Button>
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}
