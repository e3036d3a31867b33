import { measure } from "../../state/format";
import classes from "./TrafficSplit.module.css";

export interface TrafficShare {
  /** Number of the revision; null for one that is gone. */
  revision: number | null;
  percent: number;
  /** Under trial: drawn with stripes, so that it is told apart without colours. */
  isNew: boolean;
}

/** Percent with as many digits as it needs. */
export function percentText(percent: number): string {
  return `${measure(percent, 4) || "0"} %`;
}

/** Narrower parts have no room for a word; the legend names them. */
const ROOM_PERCENT = 16;

/** Who gets which share of the traffic, as one bar. */
export function TrafficSplit({ shares, height = 30 }: { shares: TrafficShare[]; height?: number }) {
  const text = shares.map((share) => `revision ${share.revision ?? "gone"} ${percentText(share.percent)}`).join(", ");
  return (
    <div className={classes.split}>
      <div className={classes.bar} style={{ height }} role="img" aria-label={`Traffic: ${text}`}>
        {shares
          .filter((share) => share.percent > 0)
          .map((share) => (
            <div
              key={share.revision}
              className={classes.part}
              data-new={share.isNew || undefined}
              style={{ width: `${share.percent}%` }}
            >
              {share.percent >= ROOM_PERCENT && <span className={classes.word}>{percentText(share.percent)}</span>}
            </div>
          ))}
      </div>
      <ul className={classes.legend}>
        {shares.map((share) => (
          <li key={share.revision}>
            <span className={classes.swatch} data-new={share.isNew || undefined} aria-hidden />
            {share.isNew ? "new" : "old"} revision {share.revision ?? "(gone)"} <b>{percentText(share.percent)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
