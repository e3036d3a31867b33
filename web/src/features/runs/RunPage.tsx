import { Link as RouterLink, useParams } from "wouter";
import { useAddress } from "../../state/url";
import { ButtonLink } from "../../widgets/ButtonLink";
import { CommandLine } from "../../widgets/CommandLine";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { LogViewer } from "../../widgets/LogViewer";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { Status } from "../../widgets/Status";
import { useTabInView } from "../../widgets/useTabInView";
import { ArtifactsTab } from "./artifacts/ArtifactsTab";
import { RenameRun } from "./header/RenameRun";
import { RunActions } from "./header/RunActions";
import { RunFacts } from "./header/RunFacts";
import { LineageTab } from "./lineage/LineageTab";
import { isSystem } from "./metrics/groups";
import { MetricsTab } from "./metrics/MetricsTab";
import { OverviewTab } from "./overview/OverviewTab";
import classes from "./RunPage.module.css";
import { TracesTab } from "./TracesTab";
import { type Run, useRun } from "./useRun";

const CRUMBS = [{ label: "Experiments", to: "/experiments" }];

/** One run: what it was given, what it logged, what became of it. */
export default function RunPage() {
  const { run: id = "", tab = "overview" } = useParams();
  const run = useRun(id);
  if (run.data) return <RunView run={run.data} tab={tab} />;
  return (
    <Page title="Run" crumbs={CRUMBS}>
      <Loaded query={run} lines={10}>
        {() => null}
      </Loaded>
      {run.error && (
        <div>
          <ButtonLink to="/experiments" variant="default">
            Look at the experiments
          </ButtonLink>
        </div>
      )}
    </Page>
  );
}

function RunView({ run, tab }: { run: Run; tab: string }) {
  return (
    <Page
      title={run.name}
      beside={
        <>
          <Status state={run.status} />
          {run.state === "deleted" ? <Status state="deleted" /> : <RenameRun run={run} />}
        </>
      }
      crumbs={[...CRUMBS, { label: run.experiment_name, to: `/experiments/${encodeURIComponent(run.experiment)}` }]}
      facts={<RunFacts run={run} />}
      actions={<RunActions run={run} />}
    >
      <Tabs run={run} tab={tab} />
      <Tab run={run} tab={tab} />
    </Page>
  );
}

function Tabs({ run, tab }: { run: Run; tab: string }) {
  const address = useAddress();
  const path = `/runs/${encodeURIComponent(run.id)}`;
  const row = useTabInView<HTMLElement>(tab);
  const hasSystem = Object.keys(run.metrics).some(isSystem);
  const tabs = [
    { name: "overview", label: "Overview", to: path },
    { name: "metrics", label: "Metrics", to: `${path}/metrics` },
    ...(hasSystem ? [{ name: "system", label: "System metrics", to: `${path}/system` }] : []),
    { name: "artifacts", label: "Artifacts", to: `${path}/artifacts` },
    { name: "logs", label: "Logs", to: `${path}/logs` },
    { name: "traces", label: "Traces", to: `${path}/traces` },
    { name: "lineage", label: "Lineage", to: `${path}/lineage` },
  ];
  return (
    <nav ref={row} aria-label="Parts of the run" className={classes.tabs}>
      {tabs.map(({ name, label, to }) => (
        <RouterLink
          key={name}
          href={address(to)}
          className={classes.tab}
          aria-current={name === tab ? "page" : undefined}
        >
          {label}
        </RouterLink>
      ))}
    </nav>
  );
}

function Tab({ run, tab }: { run: Run; tab: string }) {
  switch (tab) {
    case "overview":
      return <OverviewTab run={run} />;
    case "metrics":
      return <MetricsTab run={run} system={false} />;
    case "system":
      return <MetricsTab run={run} system />;
    case "artifacts":
      return <ArtifactsTab run={run} />;
    case "logs":
      return <LogsTab run={run} />;
    case "traces":
      return <TracesTab run={run} />;
    case "lineage":
      return <LineageTab run={run} />;
    default:
      return (
        <Panel>
          <Empty
            title="A run has no such part"
            action={
              <ButtonLink to={`/runs/${encodeURIComponent(run.id)}`} variant="default">
                Go to its overview
              </ButtonLink>
            }
          />
        </Panel>
      );
  }
}

function LogsTab({ run }: { run: Run }) {
  if (!run.job) {
    return (
      <Panel>
        <Empty title="No log here" command="roadbed run train">
          This run was made by code outside the platform, which keeps its own output. Code that runs as a job leaves its
          log here.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel
      title="Log of the job"
      aside={<CommandLine command={`roadbed logs ${run.job} --follow`} label="Copy as CLI" />}
    >
      <LogViewer job={run.job} />
    </Panel>
  );
}
