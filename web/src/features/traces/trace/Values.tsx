import { middle } from "../../../state/format";
import classes from "./trace.module.css";
import { valueText } from "./waterfall";

/** Attributes shown; the command line has them all. */
const MOST = 100;
/** A value longer than this has room of its own. */
const SHORT = 80;

/** Names and values of a step or an event. */
export function Values({ values }: { values: Record<string, unknown> }) {
  const entries = Object.entries(values).sort(([one], [other]) => one.localeCompare(other));
  return (
    <dl className={classes.values}>
      {entries.slice(0, MOST).map(([key, value]) => {
        const text = valueText(value);
        return (
          <div key={key} data-long={text.length > SHORT || text.includes("\n") || undefined}>
            <dt title={key}>
              <bdi>{middle(key, 60)}</bdi>
            </dt>
            <dd>
              <bdi tabIndex={text.length > SHORT ? 0 : undefined}>{text}</bdi>
            </dd>
          </div>
        );
      })}
      {entries.length > MOST && <div>and {entries.length - MOST} more</div>}
    </dl>
  );
}
