import { Button, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { count, middle } from "../../../state/format";
import { Panel } from "../../../widgets/Panel";
import classes from "./KeyValues.module.css";
import { matching } from "./matching";

/** Fewer are seen at a glance. */
const FILTER_FROM = 9;
const STEP = 100;

export interface KeyValue {
  name: string;
  value: string;
}

interface KeyValuesProps {
  title: string;
  items: KeyValue[];
  /** What is shown when there is none. */
  empty: ReactNode;
  isNumber?: boolean;
  /** Right of a value: what can be done with it. */
  tools?: (item: KeyValue) => ReactNode;
  aside?: ReactNode;
}

/** Names and values, as many as there are: a filter, a hundred rows, and more when they are asked for. */
export function KeyValues({ title, items, empty, isNumber, tools, aside }: KeyValuesProps) {
  const [text, setText] = useState("");
  const [shown, setShown] = useState(STEP);
  const found = useMemo(() => matching(items, text), [items, text]);
  const filter = items.length >= FILTER_FROM && (
    <TextInput
      size="xs"
      w={170}
      aria-label={`Filter ${title.toLowerCase()}`}
      placeholder="Filter"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        setShown(STEP);
      }}
    />
  );
  return (
    <Panel
      title={`${title} (${count(items.length)})`}
      aside={
        <span className={classes.aside}>
          {filter}
          {aside}
        </span>
      }
    >
      {items.length === 0 && empty}
      {items.length > 0 && found.length === 0 && (
        <Text size="sm" c="dimmed">
          None has this in its name or value.{" "}
          <Button size="compact-xs" variant="subtle" onClick={() => setText("")}>
            Show all
          </Button>
        </Text>
      )}
      {found.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
        <section className={classes.scroll} tabIndex={0} aria-label={title}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" data-align={isNumber ? "right" : undefined}>
                  {isNumber ? "Latest" : "Value"}
                </th>
                {tools && (
                  <th scope="col">
                    <VisuallyHidden>What can be done</VisuallyHidden>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {found.slice(0, shown).map((item) => (
                <tr key={item.name}>
                  <th scope="row" dir="auto" title={item.name}>
                    {middle(item.name, 80)}
                  </th>
                  <td dir="auto" data-align={isNumber ? "right" : undefined}>
                    {item.value}
                  </td>
                  {tools && <td className={classes.tools}>{tools(item)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
          {found.length > shown && (
            <Button size="compact-sm" variant="default" mt="xs" onClick={() => setShown(shown + STEP)}>
              Show more of {count(found.length)}
            </Button>
          )}
        </section>
      )}
    </Panel>
  );
}
