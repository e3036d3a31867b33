import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { RolloutTable } from "../../widgets/rollouts/RolloutTable";
import { DeployAction } from "./header/DeployAction";
import type { TabProps } from "./ServicePage";

const PATH = "/api/v1/services/{service}/rollouts";
const PAGE = 50;

/** Every release of the service with its verdict, newest first. */
export default function RolloutsTab({ service }: TabProps) {
  const rollouts = useInfiniteQuery({
    queryKey: ["get", PATH, service.name, "pages"],
    queryFn: async ({ pageParam }) => {
      const params = { path: { service: service.name }, query: { limit: PAGE, cursor: pageParam } };
      const { data } = await api.GET(PATH, { params });
      return data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: service.rollout ? 2_000 : false,
  });
  return (
    <Panel flush>
      <Loaded query={rollouts}>
        {(data) => (
          <RolloutTable
            rollouts={data.pages.flatMap((page) => page?.items ?? [])}
            empty={
              <Empty title="No rollout yet" action={<DeployAction service={service} />}>
                Each release is kept here for ever with what it was decided on.
              </Empty>
            }
            more={
              rollouts.hasNextPage
                ? { load: () => void rollouts.fetchNextPage(), isLoading: rollouts.isFetchingNextPage }
                : undefined
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}
