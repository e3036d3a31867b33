import { useLiveState } from "../state/live";
import classes from "./frame.module.css";

const WORDS = { connecting: "connecting", live: "live", reconnecting: "reconnecting" } as const;

/** Whether news arrive as they happen. */
export function LiveState() {
  const { status } = useLiveState();
  return (
    <span
      className={classes.live}
      data-status={status}
      title={status === "live" ? "Changes show up as they happen" : "Waiting for the server"}
    >
      <span className={classes.dot} aria-hidden />
      <span className={classes.liveWord}>{WORDS[status]}</span>
    </span>
  );
}
