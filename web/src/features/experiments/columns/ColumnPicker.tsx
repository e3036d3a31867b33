import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Popover,
  ScrollArea,
  SegmentedControl,
  Text,
  TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp, IconColumns3, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { middle } from "../../../state/format";
import { useKeys } from "../table/useRuns";
import classes from "./ColumnPicker.module.css";
import { columnId, KEY_KINDS, type KeyColumn, type KeyKind, MOST_COLUMNS } from "./keyColumns";

/** Keys shown at once: the search finds the others among thousands. */
const SHOWN = 50;
const TITLES: Record<KeyKind, string> = { metrics: "Metrics", params: "Parameters", tags: "Tags" };

interface ColumnPickerProps {
  experiments: string[];
  chosen: KeyColumn[];
  /** Undefined goes back to the standard columns. */
  onChange: (columns: KeyColumn[] | undefined) => void;
}

/** Chooses which keys are columns, and in which order. */
export function ColumnPicker({ experiments, chosen, onChange }: ColumnPickerProps) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={380} withArrow trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconColumns3 size={16} aria-hidden />}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 24px)" aria-label="Columns">
        {opened && (
          <>
            <Chosen chosen={chosen} onChange={onChange} />
            <Keys experiments={experiments} chosen={chosen} onChange={onChange} />
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Chosen({ chosen, onChange }: Omit<ColumnPickerProps, "experiments">) {
  const move = (from: number, to: number) => {
    const next = [...chosen];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          Shown
        </Text>
        <Group gap={4}>
          <Button size="compact-xs" variant="subtle" onClick={() => onChange([])} disabled={chosen.length === 0}>
            None
          </Button>
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(undefined)}>
            Standard
          </Button>
        </Group>
      </Group>
      <ScrollArea.Autosize mah={170} type="auto">
        <ol className={classes.chosen}>
          {chosen.map((column, index) => {
            const name = columnId(column);
            return (
              <li key={name}>
                <bdi title={name}>{middle(name, 32)}</bdi>
                <span>
                  <Tool
                    label={`Move ${name} up`}
                    Icon={IconArrowUp}
                    isOff={index === 0}
                    onClick={() => move(index, index - 1)}
                  />
                  <Tool
                    label={`Move ${name} down`}
                    Icon={IconArrowDown}
                    isOff={index === chosen.length - 1}
                    onClick={() => move(index, index + 1)}
                  />
                  <Tool
                    label={`Remove ${name}`}
                    Icon={IconX}
                    onClick={() => onChange(chosen.filter((each) => each !== column))}
                  />
                </span>
              </li>
            );
          })}
        </ol>
      </ScrollArea.Autosize>
    </>
  );
}

function Tool({
  label,
  Icon,
  isOff,
  onClick,
}: {
  label: string;
  Icon: typeof IconX;
  isOff?: boolean;
  onClick: () => void;
}) {
  return (
    <ActionIcon variant="subtle" color="gray" size={24} aria-label={label} disabled={isOff} onClick={onClick}>
      <Icon size={14} aria-hidden />
    </ActionIcon>
  );
}

function Keys({ experiments, chosen, onChange }: ColumnPickerProps) {
  const [kind, setKind] = useState<KeyKind>("metrics");
  const [text, setText] = useState("");
  const [word] = useDebouncedValue(text.trim(), 200);
  const { keys, isLoading } = useKeys(experiments, { kind, word, limit: SHOWN + 1 });
  const isChosen = (column: KeyColumn) => chosen.some((each) => columnId(each) === columnId(column));
  const isFull = chosen.length >= MOST_COLUMNS;
  const turn = (column: KeyColumn) =>
    onChange(isChosen(column) ? chosen.filter((each) => columnId(each) !== columnId(column)) : [...chosen, column]);
  return (
    <>
      <SegmentedControl
        fullWidth
        size="xs"
        mt="sm"
        aria-label="Kind of key"
        value={kind}
        onChange={(next) => setKind(KEY_KINDS.find((each) => each === next) ?? "metrics")}
        data={KEY_KINDS.map((value) => ({ value, label: TITLES[value] }))}
      />
      <TextInput
        my="xs"
        size="xs"
        data-autofocus
        aria-label="Find a key"
        placeholder="Find a key"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ScrollArea.Autosize mah={220} type="auto" aria-busy={isLoading}>
        {keys.slice(0, SHOWN).map((column) => (
          <Checkbox
            key={columnId(column)}
            className={classes.key}
            size="xs"
            label={<bdi title={column.key}>{middle(column.key, 44)}</bdi>}
            checked={isChosen(column)}
            disabled={isFull && !isChosen(column)}
            onChange={() => turn(column)}
          />
        ))}
      </ScrollArea.Autosize>
      <Text size="xs" c="dimmed" mt={4} role="status">
        {noteOf(keys.length, isLoading, isFull)}
      </Text>
    </>
  );
}

function noteOf(found: number, isLoading: boolean, isFull: boolean): string {
  if (isFull) return `A table has at most ${MOST_COLUMNS} such columns: remove one to add another.`;
  if (isLoading) return "Looking";
  if (found === 0) return "No key with this in its name.";
  return found > SHOWN ? `The first ${SHOWN}; write a part of the name to find others.` : "";
}
