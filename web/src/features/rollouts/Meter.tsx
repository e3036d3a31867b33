import { share as percent } from "../../state/format";
import classes from "./Evidence.module.css";
import { type Strength, strengthWord } from "./evidence";

const BY = { relative: "compared with the old revision", absolute: "compared with the limit" };

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
  const luck =
    strength.oneIn === undefined
      ? "what was seen is what luck alone brings"
      : `if it were not so, this would be seen less than once in ${strength.oneIn.toLocaleString("en-US")} times`;
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
        {percent(part / 100, 2)} of what {goal}; {luck}
        {strength.share > 0 && ` (${BY[strength.by]})`}
        {tick !== undefined && "; from the mark on no step is taken"}
      </p>
    </div>
  );
}
