import { Group, Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, query } from "../../api/client";
import { words } from "../../state/format";
import { useScope, useUrlState } from "../../state/url";
import { ButtonLink } from "../../widgets/ButtonLink";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { RolloutTable } from "../../widgets/rollouts/RolloutTable";

const STATES = ["open", "pending", "running", "paused", "promoted", "rolled_back", "failed"];
const PATH = "/api/v1/rollouts";
const PAGE = 50;

/** Every release of every service within reach, newest first. */
export default function RolloutsPage() {
  const { get, set } = useUrlState();
  const { team, project } = useScope();
  const state = STATES.find((each) => each === get("state"));
  const services = query.useQuery("get", "/api/v1/services", { params: { query: { limit: 1000 } } });
  const mine = new Set(
    (services.data?.items ?? [])
      .filter((service) => (!team || service.team === team) && (!project || service.project === project))
      .map(({ name }) => name),
  );
  const isScoped = team !== undefined || project !== undefined;
  const rollouts = useInfiniteQuery({
    queryKey: ["get", PATH, "pages", state],
    queryFn: async ({ pageParam }) => {
      const { data } = await api.GET(PATH, { params: { query: { state, limit: PAGE, cursor: pageParam } } });
      return data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  const empty =
    state || isScoped ? (
      <Empty
        title="No rollout matches the filter"
        action={
          <ButtonLink to="/rollouts" params={{ team: undefined, project: undefined }} variant="default">
            Show all rollouts
          </ButtonLink>
        }
      />
    ) : (
      <Empty title="No rollout yet" command="roadbed deploy churn --model churn/1">
        A rollout moves the traffic of a service to a new revision, step by step, and back when it does worse.
      </Empty>
    );
  return (
    <Page title="Rollouts" crumbs={[{ label: "Services", to: "/services" }]}>
      <Group>
        <Select
          aria-label="State"
          placeholder="Any state"
          data={STATES.map((value) => ({ value, label: value === "open" ? "under way" : words(value) }))}
          value={state ?? null}
          onChange={(next) => set({ state: next ?? undefined }, { push: true })}
          clearable
        />
      </Group>
      <Panel flush>
        <Loaded query={rollouts}>
          {(data) => (
            <RolloutTable
              withService
              rollouts={data.pages
                .flatMap((page) => page?.items ?? [])
                .filter(({ service }) => !isScoped || mine.has(service))}
              empty={empty}
              more={
                rollouts.hasNextPage
                  ? { load: () => void rollouts.fetchNextPage(), isLoading: rollouts.isFetchingNextPage }
                  : undefined
              }
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
