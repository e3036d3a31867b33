import { useLocation } from "wouter";
import { api, query, type Schemas } from "../../../api/client";
import { compact, middle, milliseconds } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { usePathParts } from "../../../state/pathParts";
import { useSession } from "../../../state/session";
import { useAddress, useUrlState } from "../../../state/url";
import { Action } from "../../../widgets/Action";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { CommandLine } from "../../../widgets/CommandLine";
import { Empty } from "../../../widgets/Empty";
import { Facts } from "../../../widgets/Facts";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Page } from "../../../widgets/Page";
import { Panel } from "../../../widgets/Panel";
import { Time } from "../../../widgets/Time";
import { quoted } from "../../../widgets/traces/filter";
import { State, traceName } from "../../../widgets/traces/TraceTable";
import { Assessments } from "./Assessments";
import { Block, StepDetail } from "./StepDetail";
import classes from "./trace.module.css";
import { Waterfall } from "./Waterfall";
import { firstOfInterest } from "./waterfall";

type Trace = Schemas["TracePage"];

/** Tags of the protocol's own, which say nothing to people. */
const OWN_TAG = /^mlflow\./;

/** One request to an application: its steps in time, what each took and said, and what others said about it. */
export default function TracePage() {
  const [, id = ""] = usePathParts();
  const trace = query.useQuery(
    "get",
    "/api/v1/traces/{trace}",
    { params: { path: { trace: id } } },
    { refetchInterval: ({ state }) => (state.data?.state === "IN_PROGRESS" ? 3000 : false) },
  );
  const { data } = trace;
  return (
    <Page
      title={data ? (data.name ?? data.spans[0]?.name ?? traceName(data)) : "Trace"}
      crumbs={[
        { label: "Experiments", to: "/experiments" },
        { label: "Traces", to: data ? `/traces?experiment=${encodeURIComponent(data.experiment)}` : "/traces" },
      ]}
      beside={data && <State state={data.state} />}
      facts={data && <TraceFacts trace={data} />}
      actions={data && <DeleteTrace trace={data} />}
    >
      {data ? (
        <Content key={id} trace={data} />
      ) : (
        <Loaded query={trace} lines={10}>
          {() => null}
        </Loaded>
      )}
      {trace.error && !data && (
        <div>
          <ButtonLink to="/traces" variant="default">
            Look at all traces
          </ButtonLink>
        </div>
      )}
    </Page>
  );
}

function TraceFacts({ trace }: { trace: Trace }) {
  const { tokens, session, user, run, duration_ms: took } = trace;
  return (
    <>
      <span>
        started <Time at={trace.started_at} />
      </span>
      <span>{typeof took === "number" ? `took ${milliseconds(took)}` : "under way"}</span>
      {tokens && (
        <span>
          {compact(tokens.total)} tokens, {compact(tokens.input)} in and {compact(tokens.output)} out
        </span>
      )}
      {run && (
        <span>
          in run{" "}
          <Link to={`/runs/${encodeURIComponent(run)}`} size="sm" className="mono" underline="always" title={run}>
            {run.slice(0, 8)}
          </Link>
        </span>
      )}
      {user && (
        <span>
          for <bdi title={user}>{middle(user, 40)}</bdi>
        </span>
      )}
      {session && (
        <span>
          conversation{" "}
          <Link
            to="/traces"
            params={{ experiment: trace.experiment, q: `metadata.\`mlflow.trace.session\` = ${quoted(session)}` }}
            size="sm"
            underline="always"
            title={session}
          >
            <bdi>{middle(session, 30)}</bdi>
          </Link>
        </span>
      )}
    </>
  );
}

function Content({ trace }: { trace: Trace }) {
  const { get, set } = useUrlState();
  const { spans } = trace;
  const chosen = spans.find(({ id }) => id === get("step")) ?? firstOfInterest(spans);
  const tags = Object.entries(trace.tags).filter(([key]) => !OWN_TAG.test(key));
  return (
    <>
      {spans.length === 0 ? (
        <Whole trace={trace} />
      ) : (
        <div className={classes.columns}>
          <Panel
            title="Steps"
            flush
            aside={trace.partial && <span className={classes.hint}>some are still on their way</span>}
          >
            <Waterfall steps={spans} chosen={chosen?.id} onChoose={(id) => set({ step: id })} />
          </Panel>
          <div className={classes.detail}>{chosen && <StepDetail key={chosen.id} step={chosen} />}</div>
        </div>
      )}
      <Assessments said={trace.assessments} steps={spans} />
      {tags.length > 0 && (
        <Panel title="Tags">
          <Facts items={tags.map(([key, value]) => [middle(key, 40), <bdi key={key}>{middle(value, 200)}</bdi>])} />
        </Panel>
      )}
      <Panel title="The same in a terminal">
        <CommandLine command={`${nounCommand("get", "trace", trace.id)} -o json`} label="Copy as CLI" />
      </Panel>
    </>
  );
}

/** A trace without steps here: only its beginning and its end are known. */
function Whole({ trace }: { trace: Trace }) {
  return (
    <Panel title="Request and response">
      {trace.request || trace.response ? (
        <>
          {trace.request && <Block label="What went in">{trace.request}</Block>}
          {trace.response && <Block label="What came out">{trace.response}</Block>}
        </>
      ) : (
        <Empty title="No step is here">
          The client sent this trace without its steps, or put them into a file: an older MLflow client shows them.
        </Empty>
      )}
    </Panel>
  );
}

function DeleteTrace({ trace }: { trace: Trace }) {
  const { team } = useSession();
  const [, navigate] = useLocation();
  const address = useAddress();
  const path = { trace: trace.id };
  return (
    <Action
      label="Delete"
      variant="default"
      color="red"
      permission="trace:write"
      team={team}
      cli={nounCommand("delete", "trace", trace.id)}
      run={() => api.DELETE("/api/v1/traces/{trace}", { params: { path } })}
      ask={{
        title: "Delete this trace?",
        body: "Its steps go, and what was said about it. This cannot be undone.",
        confirm: "Delete the trace",
      }}
      done={{ message: "The trace is deleted." }}
      onDone={() => navigate(address("/traces", { experiment: trace.experiment }))}
    />
  );
}
