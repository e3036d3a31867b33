import { query, type Schemas } from "../../../api/client";
import { middle, money } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { Person } from "../../../widgets/Person";
import { rolloutPath } from "../../../widgets/rollouts/RolloutTable";
import { Time } from "../../../widgets/Time";
import { costOfService, perThousand } from "../costOf";
import { useCosts } from "../useCosts";
import { useTraffic } from "../useTraffic";
import classes from "./ServiceFacts.module.css";

const DAY = { from: "-24h", to: "now" };
const HOUR_SECONDS = 3600;

/** The line below the name: owner, what is live, what changed last, what it costs. */
export function ServiceFacts({
  service,
  latest,
}: {
  service: Schemas["ServiceView"];
  latest: Schemas["RolloutView"] | undefined;
}) {
  return (
    <>
      <bdi title={service.health_reason}>{middle(service.health_reason, 280)}</bdi>
      <span>
        owner <b>team {middle(service.team, 40)}</b>, project <bdi>{middle(service.project, 40)}</bdi>
      </span>
      <Live service={service} />
      {service.last_change && (
        <Link
          to={latest ? rolloutPath(latest) : `/services/${encodeURIComponent(service.name)}?tab=activity`}
          className={classes.chip}
          c="inherit"
        >
          Last change: <bdi>{middle(service.last_change.what, 60)}</bdi> <Time at={service.last_change.at} /> by{" "}
          <Person actor={service.last_change.actor} />
        </Link>
      )}
      <Cost service={service.name} />
    </>
  );
}

function Live({ service }: { service: Schemas["ServiceView"] }) {
  const number = service.revision;
  const isServed = typeof number === "number";
  const revision = query.useQuery(
    "get",
    "/api/v1/services/{service}/revisions/{number}",
    { params: { path: { service: service.name, number: String(number) } } },
    { enabled: isServed },
  );
  if (!isServed) return <span>no model is live yet</span>;
  const { model_name, model_version, run_id } = revision.data ?? {};
  return (
    <span>
      live: model{" "}
      {model_name === undefined ? (
        <bdi>{middle(service.model ?? "", 40)}</bdi>
      ) : (
        <Link to={`/models/${encodeURIComponent(model_name)}/${model_version}`} size="sm" underline="always">
          <bdi>
            {middle(model_name, 40)}/{model_version}
          </bdi>
        </Link>
      )}{" "}
      · revision {number}
      {run_id && (
        <>
          {" "}
          · run{" "}
          <Link to={`/runs/${encodeURIComponent(run_id)}`} size="sm" underline="always" title={run_id}>
            {run_id.slice(0, 8)}
          </Link>
        </>
      )}
    </span>
  );
}

/** Cost of the last 24 hours, whole and per 1,000 requests. */
function Cost({ service }: { service: string }) {
  const costs = useCosts(DAY, service);
  const traffic = useTraffic(service, DAY, 60_000, HOUR_SECONDS);
  if (!costs.data) return null;
  const micros = costOfService(costs.data, service);
  const each = perThousand(micros, traffic.data?.summary.requests);
  return (
    <span>
      <Link to={`/services/${encodeURIComponent(service)}?tab=cost`} size="sm" underline="always">
        {money(micros, costs.data.currency)} per day
      </Link>
      {each !== undefined && `, ${money(each, costs.data.currency)} per 1,000 requests`}
    </span>
  );
}
