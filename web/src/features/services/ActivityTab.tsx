import { useMemo } from "react";
import { query } from "../../api/client";
import { Empty } from "../../widgets/Empty";
import { EventSentence } from "../../widgets/EventSentence";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { Person } from "../../widgets/Person";
import { Time } from "../../widgets/Time";
import classes from "./ActivityTab.module.css";
import { eventsOfService } from "./eventsOfService";
import type { TabProps } from "./ServicePage";

const MOST = 200;

/** Who did what to this service: to itself and by its rollouts, newest first. */
export default function ActivityTab({ service }: TabProps) {
  const own = query.useQuery("get", "/api/v1/activity", {
    params: { query: { subject_kind: "service", subject_id: service.name, limit: MOST } },
  });
  const rollouts = query.useQuery("get", "/api/v1/activity", {
    params: { query: { subject_kind: "rollout", project: service.project, team: service.team, limit: MOST } },
  });
  const events = useMemo(
    () => eventsOfService(service.id, own.data?.items ?? [], rollouts.data?.items ?? []),
    [service.id, own.data, rollouts.data],
  );
  const names = { service: (id: string) => (id === service.id ? service.name : undefined) };
  return (
    <Panel
      aside={
        <Link to="/activity" params={{ subject: `service:${service.name}` }} size="sm">
          All of it, with filters
        </Link>
      }
    >
      <Loaded query={own} lines={8}>
        {() =>
          events.length === 0 ? (
            <Empty title="Nothing happened yet">Deploys, verdicts, rollbacks and changed settings are kept here.</Empty>
          ) : (
            <ol className={classes.events}>
              {events.map((event) => (
                <li key={event.seq} className={classes.event}>
                  <span className={classes.sentence}>
                    <EventSentence event={event} names={names} />
                  </span>
                  <Person actor={event.actor} name={event.actor_name} />
                  <span className={classes.when}>
                    <Time at={event.at} />
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Panel>
  );
}
