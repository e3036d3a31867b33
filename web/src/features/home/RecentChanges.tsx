import { useGoingOn } from "../../state/attention";
import { NOTABLE_KINDS } from "../../state/eventKinds";
import { Empty } from "../../widgets/Empty";
import { EventSentence } from "../../widgets/EventSentence";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { Person } from "../../widgets/Person";
import { Time } from "../../widgets/Time";
import classes from "./home.module.css";
import { useRecent } from "./useRecent";

const SHOWN = 10;

/** What changed lately, by whom. */
export function RecentChanges() {
  const { services } = useGoingOn();
  const recent = useRecent();
  const names = new Map(services.map(({ id, name }) => [id, name]));
  return (
    <Panel
      title="Recent changes"
      aside={
        <Link to="/activity" size="sm">
          All activity
        </Link>
      }
    >
      <Loaded query={recent} lines={8}>
        {({ items }) => {
          const shown = items.filter(({ kind }) => NOTABLE_KINDS.includes(kind)).slice(0, SHOWN);
          return shown.length === 0 ? (
            <Empty title="Nothing has changed yet">
              Deploys, models, jobs and settings show up here as they happen.
            </Empty>
          ) : (
            <ol className={classes.list}>
              {shown.map((event) => (
                <li key={event.seq} className={classes.change}>
                  <EventSentence event={event} names={{ service: (id) => names.get(id) }} />
                  <span className={classes.quiet}>
                    <Time at={event.at} /> by{" "}
                    <Person actor={event.actor} name={event.actor_name} token={event.actor_token} />
                  </span>
                </li>
              ))}
            </ol>
          );
        }}
      </Loaded>
    </Panel>
  );
}
