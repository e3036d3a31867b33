import { useParams } from "wouter";
import { query, type Schemas } from "../../api/client";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { Person } from "../../widgets/Person";
import { RollbackAction } from "../../widgets/rollouts/RollbackAction";
import { RolloutActions } from "../../widgets/rollouts/RolloutActions";
import { isOpen } from "../../widgets/rollouts/words";
import { Status } from "../../widgets/Status";
import { Duration, Time } from "../../widgets/Time";
import { Evidence } from "./Evidence";
import { HowToRead } from "./HowToRead";
import { Record } from "./Record";
import { Stages } from "./Stages";
import { VerdictPanel } from "./VerdictPanel";

type Explained = Schemas["ExplanationView"];

/** While it is under way the evidence is asked for this often. */
const LIVE_MILLIS = 1_500;

/** One rollout: what was decided and on what, live while it is open. */
export default function RolloutPage() {
  const { service: name = "", id = "" } = useParams();
  const explained = query.useQuery(
    "get",
    "/api/v1/rollouts/{id}/explain",
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (state.data && !isOpen(state.data.rollout) ? false : LIVE_MILLIS) },
  );
  const path = `/services/${encodeURIComponent(name)}`;
  const crumbs = [
    { label: "Services", to: "/services" },
    { label: name, to: path },
    { label: "Rollouts", to: `${path}?tab=rollouts` },
  ];
  const { data } = explained;
  if (!data)
    return (
      <Page title="Rollout" crumbs={crumbs}>
        <Loaded query={explained} lines={10}>
          {() => null}
        </Loaded>
      </Page>
    );
  const { rollout } = data;
  return (
    <Page
      title={`Rollout of ${rollout.model}`}
      crumbs={crumbs}
      beside={<Status state={rollout.state} />}
      facts={<RolloutFacts rollout={rollout} />}
      actions={<Actions rollout={rollout} />}
    >
      <VerdictPanel explained={data} />
      <Evidence explained={data} />
      <HowToRead explained={data} />
      <Stages explained={data} />
      <Panel title="What it rests on">
        <Record explained={data} />
      </Panel>
    </Page>
  );
}

function RolloutFacts({ rollout }: { rollout: Explained["rollout"] }) {
  return (
    <>
      <span>
        service{" "}
        <Link to={`/services/${encodeURIComponent(rollout.service)}`} size="sm" underline="always">
          {rollout.service}
        </Link>
      </span>
      <span>
        asked for <Time at={rollout.created_at} /> by <Person actor={rollout.actor} />
      </span>
      <span>
        {isOpen(rollout) ? "under way for" : "took"}{" "}
        <Duration from={rollout.started_at ?? rollout.created_at} to={rollout.ended_at} />
      </span>
      {rollout.ended_at && rollout.verdict && (
        <span>
          decided by <Person actor={rollout.verdict.actor} />
        </span>
      )}
      <Link
        to={`/services/${encodeURIComponent(rollout.service)}`}
        params={{ tab: "revisions", from: String(rollout.from_revision ?? ""), to: String(rollout.to_revision) }}
        size="sm"
      >
        what differs between the revisions
      </Link>
    </>
  );
}

/** Rolling back is offered while it is under way, and as long as its revision is the one in charge. */
function Actions({ rollout }: { rollout: Explained["rollout"] }) {
  const service = query.useQuery("get", "/api/v1/services/{service}", {
    params: { path: { service: rollout.service } },
  });
  if (!service.data) return null;
  const isInCharge = service.data.revision === rollout.to_revision && service.data.rollout === null;
  if (!isOpen(rollout) && !isInCharge) return null;
  return (
    <>
      <RollbackAction service={service.data} rollout={rollout} />
      <RolloutActions rollout={rollout} team={service.data.team} />
    </>
  );
}
