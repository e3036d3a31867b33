import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { EVENTS, unknownEvents } from "./events";
import classes from "./webhooks.module.css";

/** Of a newer server. */
const OTHERS = "Others";

interface EventChoiceProps {
  chosen: string[];
  error: string | undefined;
  onChange: (events: string[]) => void;
}

/** What a webhook is told of, by subject; each in words and by the name that receivers see. */
export function EventChoice({ chosen, error, onChange }: EventChoiceProps) {
  // Decided once: a group does not close under the hand that empties it.
  const [opened] = useState(
    () =>
      new Set(
        EVENTS.filter(([, events], place) => place === 0 || chosen.some((name) => name in events)).map(
          ([group]) => group,
        ),
      ),
  );
  const unknown = unknownEvents(chosen);
  const groups: typeof EVENTS =
    unknown.length > 0 ? [...EVENTS, [OTHERS, Object.fromEntries(unknown.map((name) => [name, name]))]] : EVENTS;
  return (
    <Checkbox.Group
      label="Told of"
      description="Only what happens from now on is told"
      required
      value={chosen}
      error={error}
      onChange={onChange}
    >
      {groups.map(([group, events]) => {
        const names = Object.keys(events);
        const count = names.filter((name) => chosen.includes(name)).length;
        return (
          <details key={group} className={classes.group} open={opened.has(group) || group === OTHERS}>
            <summary>
              {group} {count > 0 && <span className={classes.small}>{count} chosen</span>}
            </summary>
            <div className={classes.events}>
              {names.map((name) => (
                <Checkbox key={name} value={name} size="sm" label={events[name]} description={name} />
              ))}
            </div>
          </details>
        );
      })}
    </Checkbox.Group>
  );
}
