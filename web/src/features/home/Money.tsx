import { query } from "../../api/client";
import { Bars } from "../../charts/Bars";
import { money } from "../../state/format";
import { rangeQuery } from "../../state/range";
import { useSession } from "../../state/session";
import { useScope } from "../../state/url";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import classes from "./home.module.css";
import { spendOf } from "./spend";

const HOUR_MILLIS = 3_600_000;
const RENEWED_MILLIS = 60_000;

/** What the last day and week cost. */
export function Money() {
  const { team, project } = useScope();
  const { can, me, roleFor } = useSession();
  const mayRead = can("cost:read");
  const { from } = rangeQuery({ from: "-7d", to: "now" }, HOUR_MILLIS);
  const costs = query.useQuery(
    "get",
    "/api/v1/costs",
    { params: { query: { from, step: "1h", group_by: "team", team, project } } },
    { enabled: mayRead, refetchInterval: RENEWED_MILLIS, placeholderData: (before) => before },
  );
  if (me && !mayRead) {
    return (
      <Panel title="Money">
        <p className={classes.calm}>Costs are shown to the role {roleFor("cost:read")}: ask an admin of your team.</p>
      </Panel>
    );
  }
  return (
    <Panel
      title="Money"
      aside={
        <Link to="/costs" size="sm">
          What it was spent on
        </Link>
      }
    >
      <Loaded query={costs}>
        {({ series, currency }) => {
          const now = Date.now();
          const { day, week, days } = spendOf(series ?? [], now);
          const label = (end: number) =>
            end === now ? "last 24 h" : new Date(end).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
          return (
            <div className={classes.money}>
              <dl className={classes.sums}>
                <div>
                  <dt>Last 24 hours</dt>
                  <dd>{money(day, currency)}</dd>
                </div>
                <div>
                  <dt>Last 7 days</dt>
                  <dd>{money(week, currency)}</dd>
                </div>
              </dl>
              <Bars
                title="Per 24 hours, idle capacity included"
                height={64}
                bars={days.map(({ end, micros }) => ({ label: label(end), parts: [{ name: "spent", value: micros }] }))}
                format={(micros) => money(micros, currency)}
              />
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}
