import { Button, Group, TextInput } from "@mantine/core";
import { useNow } from "../../state/clock";
import { useUrlState } from "../../state/url";
import { addressOf, localText, momentOfAddress } from "./moment";

const BACK = [
  { at: "-1d", label: "a day ago" },
  { at: "-7d", label: "a week ago" },
  { at: "-30d", label: "30 days ago" },
];

/** The moment in the address, as the API takes it; undefined means now. */
export function useMoment(): string | undefined {
  const { get } = useUrlState();
  const at = momentOfAddress(get("at"), useNow());
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** Chooses the moment that a page looks at. It stands in the address, so that a link tells the same to others. */
export function Moment({ at }: { at: string | undefined }) {
  const { get, set } = useUrlState();
  return (
    <Group gap="xs" align="flex-end" mb={10}>
      <TextInput
        label="At this moment"
        type="datetime-local"
        step={1}
        size="xs"
        value={at === undefined ? "" : localText(Date.parse(at))}
        onChange={(event) => set({ at: addressOf(event.currentTarget.value) })}
      />
      <Group gap={4}>
        <Button
          size="xs"
          variant={at === undefined ? "light" : "default"}
          aria-pressed={at === undefined}
          onClick={() => set({ at: undefined })}
        >
          now
        </Button>
        {BACK.map(({ at: back, label }) => (
          <Button
            key={back}
            size="xs"
            variant={get("at") === back ? "light" : "default"}
            aria-pressed={get("at") === back}
            onClick={() => set({ at: back })}
          >
            {label}
          </Button>
        ))}
      </Group>
    </Group>
  );
}
