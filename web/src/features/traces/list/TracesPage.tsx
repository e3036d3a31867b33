import { Group, Select } from "@mantine/core";
import { query } from "../../../api/client";
import { problemOf } from "../../../api/problem";
import { words } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { Empty } from "../../../widgets/Empty";
import { Filter } from "../../../widgets/Filter";
import { Link } from "../../../widgets/Link";
import { Page } from "../../../widgets/Page";
import { Panel } from "../../../widgets/Panel";
import { STATES } from "../../../widgets/traces/filter";
import { TraceTable } from "../../../widgets/traces/TraceTable";
import { useTraces } from "../../../widgets/traces/useTraces";

/** What applications on language models did, request by request: of an experiment, of a run, or of all. */
export default function TracesPage() {
  const { get, set } = useUrlState();
  const [experiment, run, sort] = [get("experiment"), get("run"), get("sort")];
  const status = STATES.find((state) => state === get("status"));
  const written = get("q");
  const traces = useTraces(experiment, { written, status, run }, sort);
  const problem = traces.error ? problemOf(traces.error) : undefined;
  const isNarrowed = written !== undefined || status !== undefined || run !== undefined;
  return (
    <Page
      title="Traces"
      crumbs={useCrumbs(experiment)}
      facts={
        run && (
          <span>
            Only those made in run{" "}
            <Link to={`/runs/${encodeURIComponent(run)}`} size="sm" className="mono" underline="always">
              {run.slice(0, 8)}
            </Link>
          </span>
        )
      }
    >
      <Group gap="sm" align="flex-start">
        <Filter
          label="Filter"
          placeholder="execution_time_ms > 1000 AND name = 'chat'"
          width={420}
          error={problem?.field === "filter" ? problem.detail : undefined}
        />
        <Select
          aria-label="State"
          placeholder="Any state"
          data={STATES.map((value) => ({ value, label: words(value.toLowerCase()) }))}
          value={status ?? null}
          onChange={(next) => set({ status: next ?? undefined }, { push: true })}
          clearable
          w={160}
        />
      </Group>
      <Panel flush>
        <TraceTable
          traces={traces}
          sort={sort ?? "-started"}
          onSort={(next) => set({ sort: next === "-started" ? undefined : next }, { push: true })}
          empty={<NoTrace isNarrowed={isNarrowed} experiment={experiment} />}
        />
      </Panel>
    </Page>
  );
}

function useCrumbs(experiment: string | undefined) {
  const found = query.useQuery(
    "get",
    "/api/v1/experiments/{experiment}",
    { params: { path: { experiment: experiment ?? "" } } },
    { enabled: experiment !== undefined },
  );
  const crumbs = [{ label: "Experiments", to: "/experiments" }];
  if (experiment === undefined) return crumbs;
  return [...crumbs, { label: found.data?.name ?? experiment, to: `/experiments/${encodeURIComponent(experiment)}` }];
}

function NoTrace({ isNarrowed, experiment }: { isNarrowed: boolean; experiment: string | undefined }) {
  if (isNarrowed) {
    return (
      <Empty
        title="No trace matches"
        action={
          <ButtonLink to="/traces" params={{ experiment }} variant="default">
            Show all traces
          </ButtonLink>
        }
      />
    );
  }
  return (
    <Empty title="No trace yet" command={'import mlflow\n\nmlflow.set_experiment("chat")\nmlflow.openai.autolog()'}>
      A trace is one request to an application on a language model, with its steps: prompts, tools, searches, how long
      each took and what it said. Code with these lines sends them, as does anything that speaks OpenTelemetry.
    </Empty>
  );
}
