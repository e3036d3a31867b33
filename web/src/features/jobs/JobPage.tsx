import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useParams } from "wouter";
import { api, query, type Schemas } from "../../api/client";
import { middle, money, shellWord, words } from "../../state/format";
import { useAddress } from "../../state/url";
import { Action } from "../../widgets/Action";
import { CommandLine } from "../../widgets/CommandLine";
import { Facts } from "../../widgets/Facts";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { LogViewer } from "../../widgets/LogViewer";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { Person } from "../../widgets/Person";
import { Status } from "../../widgets/Status";
import { Table } from "../../widgets/Table";
import { Duration, Time } from "../../widgets/Time";
import { RerunForm } from "./RerunForm";
import { UsageCharts } from "./UsageCharts";

type Job = Schemas["JobView"];

const OPEN = ["queued", "starting", "running"];

/** One job: where it stands and why, what it said, what it used, what came out of it. */
export default function JobPage() {
  const { id = "" } = useParams();
  const job = query.useQuery(
    "get",
    "/api/v1/jobs/{id}",
    { params: { path: { id } } },
    { refetchInterval: (state) => (OPEN.includes(state.state.data?.state ?? "") ? 3000 : false) },
  );
  return <Loaded query={job}>{(data) => <JobView job={data} />}</Loaded>;
}

/** How user code ended, in words. */
function exitOf(job: Job): string | undefined {
  const exit = job.exit;
  if (!exit) return undefined;
  if (exit.kind === "code") return exit.value === 0 ? "ended well (code 0)" : `ended with code ${exit.value}`;
  if (exit.kind === "signal") return `ended by signal ${exit.value}`;
  return words(exit.kind);
}

function Sentence({ job }: { job: Job }) {
  if (job.waiting) {
    return (
      <>
        Waits as number {job.waiting.position} in the queue: {job.waiting.reason}
      </>
    );
  }
  return <>{job.message ?? exitOf(job)}</>;
}

function JobView({ job }: { job: Job }) {
  const address = useAddress();
  const isOpen = OPEN.includes(job.state);
  const cancel = (
    <Action
      label="Cancel"
      variant="default"
      permission="job:cancel"
      team={job.team}
      cli={`roadbed cancel job ${job.id}`}
      run={() => api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id: job.id } }, body: {} })}
      ask={{
        title: `Cancel ${middle(job.name, 40)}?`,
        body: "The code gets SIGTERM, then some time to save its work, then SIGKILL. A cancelled job is not resumed.",
        confirm: "Cancel the job",
      }}
      done={{ message: "The job is being cancelled." }}
    />
  );
  return (
    <Page
      title={job.name}
      beside={<Status state={job.state} />}
      crumbs={[{ label: "Jobs", to: "/jobs" }]}
      actions={
        <>
          {isOpen && cancel}
          <RerunForm job={job} />
        </>
      }
      facts={
        <>
          <span>
            Project <bdi>{middle(job.project, 40)}</bdi>, team <bdi>{middle(job.team, 40)}</bdi>
          </span>
          <span>
            Submitted <Time at={job.created_at} /> by <Person actor={job.actor} name={job.actor_name} />
          </span>
          {job.started_at && (
            <span>
              Ran <Duration from={job.started_at} to={job.ended_at} />
            </span>
          )}
          {job.cost && <span>Cost {money(job.cost.micros, job.cost.currency)}</span>}
        </>
      }
    >
      {(job.waiting ?? job.message ?? job.exit) && job.message !== job.state && (
        <Panel>
          <Text>
            <bdi>
              <Sentence job={job} />
            </bdi>
          </Text>
        </Panel>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="What runs">
          <Facts
            items={[
              [
                "Command",
                <span className="mono" key="run">
                  {job.run}
                </span>,
              ],
              [
                "Parameters",
                Object.keys(job.parameters).length > 0 && <Parameters key="parameters" parameters={job.parameters} />,
              ],
              [
                "Resources",
                `${job.resources.cpu} CPU, ${job.resources.memory} memory${job.resources.gpu > 0 ? `, ${job.resources.gpu} GPU` : ""}`,
              ],
              ["Timeout", job.timeout],
              ["Retries", job.retries > 0 && String(job.retries)],
              [
                "Code",
                job.snapshot && (
                  <span className="mono" key="code">
                    {middle(job.snapshot, 24)}
                  </span>
                ),
              ],
              ["Exit", exitOf(job)],
              ["Runs", job.run_ids && job.run_ids.length > 0 && <RunLinks key="runs" ids={job.run_ids} />],
            ]}
          />
        </Panel>
        <Panel title="What it used">
          <UsageCharts job={job.id} isOpen={isOpen} />
        </Panel>
      </SimpleGrid>
      {job.attempts.length > 1 && <Attempts attempts={job.attempts} />}
      <Panel
        title="Log"
        aside={<CommandLine command={`roadbed logs ${shellWord(job.id)} --follow`} label="Copy as CLI" />}
      >
        <LogViewer job={job.id} />
      </Panel>
      <Text size="sm">
        <Link to={address("/activity", { subject_kind: "job", subject_id: job.id })}>What happened to this job</Link>
      </Text>
    </Page>
  );
}

function Parameters({ parameters }: { parameters: Record<string, unknown> }) {
  return (
    <Stack gap={0}>
      {Object.entries(parameters).map(([name, value]) => (
        <span key={name} className="mono">
          {name} = {JSON.stringify(value)}
        </span>
      ))}
    </Stack>
  );
}

function RunLinks({ ids }: { ids: string[] }) {
  return (
    <Group gap="xs">
      {ids.slice(0, 20).map((id) => (
        <Link key={id} to={`/runs/${id}`} className="mono">
          {middle(id, 12)}
        </Link>
      ))}
      {ids.length > 1 && (
        <Link to="/compare" params={{ runs: ids.slice(0, 100).join(",") }}>
          Compare them
        </Link>
      )}
    </Group>
  );
}

function Attempts({ attempts }: { attempts: Schemas["AttemptView"][] }) {
  return (
    <Panel title="Attempts" flush>
      <Table
        label="Attempts"
        rows={attempts}
        rowKey={(attempt) => attempt.workload}
        columns={[
          { id: "number", title: "Attempt", cell: (attempt) => attempt.number },
          {
            id: "phase",
            title: "Phase",
            cell: (attempt) => (
              <Status
                state={
                  attempt.phase === "ended"
                    ? attempt.exit?.kind === "code" && attempt.exit.value === 0
                      ? "succeeded"
                      : "failed"
                    : "running"
                }
                label={attempt.phase}
              />
            ),
          },
          { id: "message", title: "How it ended", cell: (attempt) => <bdi>{attempt.message ?? "–"}</bdi> },
          { id: "started", title: "Started", cell: (attempt) => <Time at={attempt.started_at} /> },
          {
            id: "took",
            title: "Took",
            cell: (attempt) => <Duration from={attempt.started_at} to={attempt.ended_at} />,
          },
        ]}
      />
    </Panel>
  );
}
