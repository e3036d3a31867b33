import type { Schemas } from "../../api/client";
import { count, share } from "../../state/format";
import classes from "./Evidence.module.css";

/** What was counted on both revisions, and how the shares stand to the limit. */
export function Arms({ report, isKeyed }: { report: Schemas["GuardrailReport"]; isKeyed: boolean }) {
  const bad = report.name === "latency" ? "Slow" : "Failed";
  const rows = [...report.arms].reverse();
  return (
    <table className={classes.arms}>
      <thead>
        <tr>
          <th scope="col">Revision</th>
          <th scope="col">{isKeyed ? "Users" : "Requests"}</th>
          <th scope="col">{bad}</th>
          <th scope="col">Share</th>
          <th scope="col" className={classes.against}>
            Limit {share(report.limit)}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((arm, index) => {
          const rate = arm.units === 0 ? undefined : arm.bad / arm.units;
          return (
            <tr key={arm.revision}>
              <th scope="row">
                {index === 0 && rows.length > 1 ? "new" : "old"}, {arm.revision}
              </th>
              <td>{count(arm.units)}</td>
              <td>{count(arm.bad)}</td>
              <td>{rate === undefined ? "–" : share(rate, 2)}</td>
              <td>
                <Scale rate={rate ?? 0} limit={report.limit} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The limit stands in the middle: left of it is below. */
function Scale({ rate, limit }: { rate: number; limit: number }) {
  const width = Math.min(100, (rate / limit) * 50);
  return (
    <div className={classes.scale} role="img" aria-label={rate > limit ? "above the limit" : "not above the limit"}>
      <div className={classes.rate} data-over={rate > limit || undefined} style={{ width: `${width}%` }} />
      <div className={classes.limit} />
    </div>
  );
}
