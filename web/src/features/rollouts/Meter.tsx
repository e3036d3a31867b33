import { share as percent } from "../../state/format";
import classes from "./Evidence.module.css";
import { type Strength, strengthWord } from "./evidence";

const BY = { relative: "against the old revision", absolute: "against the limit" };
/** More than this is not worth its digits. */
const MOST_ODDS = 1_000_000;

/** How rarely luck brings this, when it is rare at all. */
function luckWords({ oneIn, by }: Strength): string {
  if (oneIn === undefined) return "";
  const odds = oneIn > MOST_ODDS ? "a million" : oneIn.toLocaleString("en-US");
  return `By luck: below 1 in ${odds} (${BY[by]}).`;
}

interface MeterProps {
  label: string;
  /** What happens at the end of the scale. */
  goal: string;
  strength: Strength;
  tone: "good" | "bad";
  /** A mark on the scale, from which on no step is taken. */
  tick?: number;
}

/** How much of the needed evidence there is. */
export function Meter({ label, goal, strength, tone, tick }: MeterProps) {
  const part = Math.round(strength.share * 100);
  return (
    <div className={classes.meter}>
      <div className={classes.meterHead}>
        <span>{label}</span>
        <b>{strengthWord(strength.share)}</b>
      </div>
      <div
        className={classes.track}
        role="img"
        aria-label={`${label}: ${strengthWord(strength.share)}, ${part} % of what ${goal}`}
      >
        <div className={classes.fill} data-tone={tone} style={{ width: `${part}%` }} />
        {tick !== undefined && <div className={classes.tick} style={{ left: `${tick * 100}%` }} />}
      </div>
      <p className={classes.note}>
        {percent(part / 100, 2)} of what {goal}. {luckWords(strength)}
      </p>
    </div>
  );
}
