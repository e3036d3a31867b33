import { Checkbox } from "@mantine/core";
import { EVENTS, unknownEvents } from "./events";
import classes from "./webhooks.module.css";

interface EventChoiceProps {
  chosen: string[];
  error: string | undefined;
  onChange: (events: string[]) => void;
}

/** What a webhook is told of, by subject; each in words and by the name that receivers see. */
export function EventChoice({ chosen, error, onChange }: EventChoiceProps) {
  const unknown = unknownEvents(chosen);
  const groups: typeof EVENTS =
    unknown.length > 0 ? [...EVENTS, ["Others", Object.fromEntries(unknown.map((name) => [name, name]))]] : EVENTS;
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
          <details key={group} className={classes.group} open={count > 0 || group === EVENTS[0]?.[0]}>
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
