import { Group, MultiSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client";
import { money } from "../../state/format";
import { useScope, useUrlState } from "../../state/url";
import { ButtonLink } from "../../widgets/ButtonLink";
import { Empty } from "../../widgets/Empty";
import { Filter } from "../../widgets/Filter";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { Person } from "../../widgets/Person";
import { Status } from "../../widgets/Status";
import { type Column, Table } from "../../widgets/Table";
import { Duration, Time } from "../../widgets/Time";

type Job = Schemas["JobView"];

const STATES = ["queued", "starting", "running", "succeeded", "failed", "cancelled", "lost"];
const PAGE = 50;

const columns: Column<Job>[] = [
  {
    id: "name",
    title: "Job",
    cell: (job) => (
      <Link to={`/jobs/${job.id}`} fw={600} size="sm">
        <bdi>{job.name}</bdi>
      </Link>
    ),
  },
  { id: "state", title: "State", cell: (job) => <Status state={job.state} why={job.waiting?.reason ?? job.message} /> },
  { id: "project", title: "Project", cell: (job) => <bdi>{job.project}</bdi>, from: "sm" },
  { id: "why", title: "What happens", cell: (job) => <bdi>{whatHappens(job)}</bdi>, from: "md" },
  { id: "created", title: "Submitted", cell: (job) => <Time at={job.created_at} /> },
  {
    id: "took",
    title: "Took",
    cell: (job) => <Duration from={job.started_at} to={job.ended_at} />,
    align: "right",
    from: "sm",
  },
  {
    id: "cost",
    title: "Cost",
    cell: (job) => (job.cost ? money(job.cost.micros, job.cost.currency) : "–"),
    align: "right",
    from: "sm",
  },
  { id: "by", title: "By", cell: (job) => <Person actor={job.actor} name={job.actor_name} />, from: "lg" },
];

function whatHappens(job: Job): string {
  if (job.waiting) return `Number ${job.waiting.position} in the queue: ${job.waiting.reason}`;
  return job.message ?? "";
}

/** Everything that runs, waits or ran. */
export default function JobsPage() {
  const { get, list, set } = useUrlState();
  const { team, project } = useScope();
  const states = list("state");
  const q = get("q");
  const isFiltered = states.length > 0 || q !== undefined;
  const filter = { q, team, project, state: states.length > 0 ? states.join(",") : undefined, limit: PAGE };
  const jobs = useInfiniteQuery({
    queryKey: ["get", "/api/v1/jobs", filter],
    queryFn: async ({ pageParam }) => {
      const { data } = await api.GET("/api/v1/jobs", { params: { query: { ...filter, cursor: pageParam } } });
      return data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  const empty = isFiltered ? (
    <Empty
      title="No job matches the filter"
      action={
        <ButtonLink to="/jobs" variant="default">
          Show all jobs
        </ButtonLink>
      }
    />
  ) : (
    <Empty title="No job yet" command="roadbed run train" action={<ButtonLink to="/new">New project</ButtonLink>}>
      A job runs your code to its end: training, evaluation, a batch of predictions. Run one from a project's folder, or
      start from a template.
    </Empty>
  );
  return (
    <Page title="Jobs">
      <Group gap="sm">
        <Filter label="Filter by name" />
        <MultiSelect
          aria-label="States"
          placeholder={states.length === 0 ? "Any state" : undefined}
          data={STATES}
          value={states}
          onChange={(next) => set({ state: next.join(",") })}
          clearable
          w={280}
          maw="100%"
        />
      </Group>
      <Panel flush>
        <Loaded query={jobs}>
          {(data) => (
            <Table
              label="Jobs"
              columns={columns}
              rows={data.pages.flatMap((page) => page?.items ?? [])}
              rowKey={(job) => job.id}
              empty={empty}
              more={
                jobs.hasNextPage
                  ? { load: () => void jobs.fetchNextPage(), isLoading: jobs.isFetchingNextPage }
                  : undefined
              }
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
