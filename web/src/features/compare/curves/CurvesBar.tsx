import {
  Button,
  Group,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  Switch,
  useComputedColorScheme,
} from "@mantine/core";
import { useEffect, useState } from "react";
import { chartColor } from "../../../charts/colors";
import { middle } from "../../../state/format";
import { type CurvesProps, MOST_METRICS } from "./CurvesTab";
import classes from "./curves.module.css";

/** Names below the chart: more than these are found by pointing, or in the list. */
const MOST_IN_LEGEND = 16;

/** What is drawn, along what, and which part of it. */
export function CurvesBar({ comparison, state, set }: CurvesProps) {
  return (
    <div className={classes.bar}>
      <MultiSelect
        size="sm"
        className={classes.metrics}
        aria-label="Metrics drawn"
        data={state.metrics}
        value={state.keys}
        maxValues={MOST_METRICS}
        searchable
        hidePickedOptions
        limit={200}
        onChange={(keys) => set({ keys: keys.join(",") })}
      />
      <SegmentedControl
        size="xs"
        aria-label="Along the bottom"
        value={state.xKind}
        onChange={(x) => set({ x: x === "step" ? undefined : x, from: undefined, to: undefined })}
        data={[
          { value: "step", label: "Step" },
          { value: "time", label: "Time" },
          { value: "relative_time", label: "Since start" },
        ]}
      />
      <Switch
        size="sm"
        label="Logarithmic"
        checked={state.logarithmic}
        onChange={(event) => set({ log: event.currentTarget.checked ? "1" : undefined })}
      />
      {state.xKind !== "time" && (
        <RangeInputs within={state.within} unit={state.xKind === "step" ? "step" : "second"} set={set} />
      )}
      {state.within && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => set({ from: undefined, to: undefined }, { push: true })}
        >
          Show all
        </Button>
      )}
      <Legend comparison={comparison} state={state} set={set} />
    </div>
  );
}

/** The part that is looked at, typed: the way without dragging over the chart. */
function RangeInputs({
  within,
  unit,
  set,
}: {
  within: [number, number] | undefined;
  unit: string;
  set: CurvesProps["set"];
}) {
  const [ends, setEnds] = useState<[number | string, number | string]>(["", ""]);
  useEffect(() => setEnds(within ?? ["", ""]), [within?.[0], within?.[1]]);
  const apply = () => {
    const [from, to] = ends;
    if (from === "" && to === "") set({ from: undefined, to: undefined });
    else if (Number(from) < Number(to)) set({ from: String(Number(from)), to: String(to) }, { push: true });
  };
  return (
    <Group gap={4}>
      {(["From", "To"] as const).map((name, index) => (
        <NumberInput
          key={name}
          size="xs"
          w={92}
          hideControls
          aria-label={`${name} ${unit}`}
          placeholder={`${name} ${unit}`}
          value={ends[index] ?? ""}
          onChange={(value) => setEnds(index === 0 ? [value, ends[1]] : [ends[0], value])}
          onBlur={apply}
          onKeyDown={(event) => event.key === "Enter" && apply()}
        />
      ))}
    </Group>
  );
}

/** Names of the runs; pressing one puts its line above the others. */
function Legend({ comparison, state, set }: CurvesProps) {
  const scheme = useComputedColorScheme("light");
  const { runs, colors } = comparison;
  const toggle = (id: string | null) => set({ highlight: id === null || id === state.highlight ? undefined : id });
  if (runs.length > MOST_IN_LEGEND) {
    return (
      <Select
        size="sm"
        w={240}
        aria-label="Run above the others"
        placeholder={`Highlight one of ${runs.length} runs`}
        searchable
        clearable
        limit={100}
        value={state.highlight ?? null}
        data={runs.map(({ id, name }) => ({ value: id, label: middle(name, 40) }))}
        onChange={toggle}
      />
    );
  }
  return (
    <ul className={classes.legend} aria-label="Runs">
      {runs.map(({ id, name }) => (
        <li key={id}>
          <button type="button" aria-pressed={id === state.highlight} onClick={() => toggle(id)} title={name}>
            <span
              className={classes.swatch}
              style={{ background: chartColor(colors.get(id) ?? 0, scheme) }}
              aria-hidden
            />
            <bdi>{middle(name, 30)}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}
