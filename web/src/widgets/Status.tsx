import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClockHour4,
  IconHelpCircle,
  IconPlayerPause,
  IconProgress,
} from "@tabler/icons-react";
import { words } from "../state/format";
import classes from "./Status.module.css";

type Tone = "good" | "warn" | "bad" | "info" | "neutral";

const ICONS = {
  check: IconCircleCheck,
  progress: IconProgress,
  warn: IconAlertTriangle,
  fail: IconCircleX,
  pause: IconPlayerPause,
  wait: IconClockHour4,
  none: IconCircleDashed,
  unknown: IconHelpCircle,
};

/** What each state word looks like. One table, so that a word has one look on all pages. */
const LOOKS: Record<string, [Tone, keyof typeof ICONS]> = {
  healthy: ["good", "check"],
  serving: ["good", "check"],
  promoted: ["good", "check"],
  succeeded: ["good", "check"],
  finished: ["good", "check"],
  active: ["good", "check"],
  ready: ["good", "check"],
  ok: ["good", "check"],
  stable: ["good", "check"],
  met: ["good", "check"],
  given: ["good", "check"],
  harmless: ["good", "check"],
  fits: ["good", "check"],
  current: ["good", "check"],
  delivered: ["good", "check"],
  progressing: ["info", "progress"],
  running: ["info", "progress"],
  starting: ["info", "progress"],
  deploying: ["info", "progress"],
  in_progress: ["info", "progress"],
  loaded: ["info", "progress"],
  pending: ["info", "wait"],
  queued: ["info", "wait"],
  scheduled: ["info", "wait"],
  waiting: ["info", "wait"],
  degraded: ["warn", "warn"],
  warning: ["warn", "warn"],
  rolled_back: ["warn", "warn"],
  paused: ["warn", "pause"],
  held: ["warn", "pause"],
  not_met: ["warn", "wait"],
  unfamiliar: ["warn", "warn"],
  dangerous: ["bad", "warn"],
  error: ["bad", "fail"],
  failing: ["bad", "fail"],
  failed: ["bad", "fail"],
  lost: ["bad", "fail"],
  killed: ["bad", "fail"],
  does_not_fit: ["bad", "fail"],
  given_up: ["bad", "fail"],
  expired: ["neutral", "none"],
  revoked: ["neutral", "none"],
  cancelled: ["neutral", "none"],
  deleted: ["neutral", "none"],
  empty: ["neutral", "none"],
  previous: ["neutral", "none"],
  retired: ["neutral", "none"],
  unused: ["neutral", "none"],
  switched_off: ["neutral", "none"],
};

/** A state as word and icon, never by colour alone. `why` is told on hover. */
export function Status({ state, why, label }: { state: string; why?: string | null | undefined; label?: string }) {
  const word = state.toLowerCase();
  const [tone, icon] = LOOKS[word] ?? ["neutral", "unknown"];
  const Icon = ICONS[icon];
  return (
    <span className={classes.status} data-tone={tone} title={why ?? undefined}>
      <Icon size={14} stroke={2} aria-hidden />
      {label ?? words(word)}
    </span>
  );
}
