import { useNow } from "../state/clock";
import { duration } from "../state/format";
import { useLiveState } from "../state/live";
import classes from "./frame.module.css";

/** Below this a lost connection is a blink that nobody needs to read about. */
const QUIET_MILLIS = 1500;

/** Says that what is shown is old while the server cannot be heard. */
export function StaleBanner() {
  const { status, heardAt } = useLiveState();
  const now = useNow();
  const silent = now - heardAt;
  if (status !== "reconnecting" || silent < QUIET_MILLIS) return null;
  return (
    <div className={classes.stale} role="status">
      Reconnecting: the server was last heard {duration(silent / 1000)} ago, what you see may be stale. Predictions go
      on without it.
    </div>
  );
}
