import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client";
import { Empty } from "../../widgets/Empty";
import { EventSentence } from "../../widgets/EventSentence";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { Person } from "../../widgets/Person";
import { Time } from "../../widgets/Time";
import classes from "./ActivityTab.module.css";
import type { TabProps } from "./ServicePage";

const PATH = "/api/v1/activity";
const PAGE = 100;

/** Who did what to this service: to itself and by its rollouts, newest first. */
export default function ActivityTab({ service }: TabProps) {
  const events = useInfiniteQuery({
    queryKey: ["get", PATH, service.id],
    queryFn: async ({ pageParam }) => {
      // Events of rollouts have the rollout as their subject, and name the service in their body by its id.
      const { data } = await api.GET(PATH, { params: { query: { q: service.id, limit: PAGE, cursor: pageParam } } });
      return data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  return (
    <Panel
      title="What happened"
      aside={
        <Link to="/activity" params={{ q: service.id }} size="sm">
          The same with filters
        </Link>
      }
    >
      <Loaded query={events} lines={8}>
        {(data) => (
          <>
            <EventList service={service} events={data.pages.flatMap((page) => page?.items ?? [])} />
            {events.hasNextPage && (
              <Button
                variant="default"
                size="compact-sm"
                mt="sm"
                onClick={() => void events.fetchNextPage()}
                loading={events.isFetchingNextPage}
              >
                Look further back
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function EventList({ service, events }: TabProps & { events: Schemas["ActivityView"][] }) {
  const names = { service: (id: string) => (id === service.id ? service.name : undefined) };
  if (events.length === 0)
    return <Empty title="Nothing happened yet">Deploys, verdicts, rollbacks and changed settings are kept here.</Empty>;
  return (
    <ol className={classes.events}>
      {events.map((event) => (
        <li key={event.seq} className={classes.event}>
          <span className={classes.sentence}>
            <EventSentence event={event} names={names} />
          </span>
          <Person actor={event.actor} name={event.actor_name} token={event.actor_token} />
          <span className={classes.when}>
            <Time at={event.at} />
          </span>
        </li>
      ))}
    </ol>
  );
}
