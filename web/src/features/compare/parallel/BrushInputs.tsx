import { ActionIcon, MultiSelect, NumberInput, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconArrowRight, IconX } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { measure, middle } from "../../../state/format";
import type { Brush, Brushes } from "../data/brushes";
import type { Axis } from "../draw/axes";
import classes from "./parallel.module.css";

interface BrushInputsProps {
  axes: Axis[];
  brushes: Brushes;
  onBrush: (axis: Axis, brush: Brush | undefined) => void;
  /** Moves an axis by one place. */
  onMove: (axis: Axis, by: 1 | -1) => void;
}

/** What is kept of each axis, typed or chosen: the way without dragging. */
export function BrushInputs({ axes, brushes, onBrush, onMove }: BrushInputsProps) {
  return (
    <fieldset className={classes.brushes} aria-label="What is kept of each axis">
      {axes.map((axis, index) => {
        const brush = brushes.get(axis.id);
        const name = middle(axis.column.key, 60);
        return (
          <div key={axis.id} className={classes.brush}>
            <bdi className={classes.name} title={axis.column.key}>
              {middle(axis.column.key, 24)}
            </bdi>
            {axis.words ? (
              <MultiSelect
                size="xs"
                w={168}
                aria-label={`${name}: keep`}
                placeholder={brush ? undefined : "all"}
                data={axis.words}
                value={brush && "words" in brush ? brush.words : []}
                onChange={(words) => onBrush(axis, words.length === 0 ? undefined : { words })}
              />
            ) : (
              <Ends axis={axis} name={name} brush={brush} onBrush={onBrush} />
            )}
            <Small label={`Move ${name} left`} disabled={index === 0} onPress={() => onMove(axis, -1)}>
              <IconArrowLeft size={14} aria-hidden />
            </Small>
            <Small label={`Move ${name} right`} disabled={index === axes.length - 1} onPress={() => onMove(axis, 1)}>
              <IconArrowRight size={14} aria-hidden />
            </Small>
            <Small label={`Keep all of ${name}`} disabled={!brush} onPress={() => onBrush(axis, undefined)}>
              <IconX size={14} aria-hidden />
            </Small>
          </div>
        );
      })}
    </fieldset>
  );
}

function Small(props: { label: string; disabled: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={props.label}
        disabled={props.disabled}
        onClick={props.onPress}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

/** Two ends of a range of numbers; an empty one is open. */
function Ends({
  axis,
  name,
  brush,
  onBrush,
}: {
  axis: Axis;
  name: string;
  brush: Brush | undefined;
  onBrush: BrushInputsProps["onBrush"];
}) {
  const range = brush && !("words" in brush) ? brush : undefined;
  const [ends, setEnds] = useState<[number | string, number | string]>(["", ""]);
  useEffect(() => setEnds([range?.from ?? "", range?.to ?? ""]), [range?.from, range?.to]);
  const apply = () => {
    const [from, to] = ends.map((end) => (end === "" ? undefined : Number(end)));
    if (from === range?.from && to === range?.to) return;
    const isOpen = from === undefined && to === undefined;
    onBrush(
      axis,
      isOpen ? undefined : { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
    );
  };
  const standard = [axis.scale?.low, axis.scale?.high];
  return (
    <>
      {(["from", "to"] as const).map((end, index) => (
        <NumberInput
          key={end}
          size="xs"
          w={80}
          hideControls
          aria-label={`${name}: keep ${end}`}
          placeholder={measure(standard[index], 3)}
          value={ends[index] ?? ""}
          onChange={(value) => setEnds(index === 0 ? [value, ends[1]] : [ends[0], value])}
          onBlur={apply}
          onKeyDown={(event) => event.key === "Enter" && apply()}
        />
      ))}
    </>
  );
}
