import { exact, words } from "../../state/format";
import { subjectPath } from "../../state/subjectPath";
import { CommandLine } from "../../widgets/CommandLine";
import { Facts } from "../../widgets/Facts";
import { Link } from "../../widgets/Link";
import { Person } from "../../widgets/Person";
import classes from "./activity.module.css";
import type { FeedEvent } from "./EventFeed";

/** Everything that is kept of an event. */
export function EventDetail({ event }: { event: FeedEvent }) {
  const path = subjectPath(event.subject_kind, event.subject_id);
  const subject = `${event.subject_kind}:${event.subject_id}`;
  return (
    <div className={classes.detail}>
      <Facts
        items={[
          ["Number", `#${event.seq}`],
          ["When", exact(Date.parse(event.at))],
          [
            "Who",
            <>
              <Person actor={event.actor} name={event.actor_name} /> <bdi className="mono">{event.actor}</bdi>
            </>,
          ],
          [
            "About",
            <span key="about" className={classes.about}>
              {path ? (
                <Link to={path} size="sm">
                  {words(event.subject_kind)} <bdi>{event.subject_id}</bdi>
                </Link>
              ) : (
                <span>
                  {words(event.subject_kind)} <bdi>{event.subject_id}</bdi>
                </span>
              )}
              <Link to="/activity" params={{ subject }} size="sm">
                all about it
              </Link>
            </span>,
          ],
          ["Team and project", [event.team_name, event.project_name].filter(Boolean).join(" / ")],
          [
            "Because of",
            typeof event.cause === "number" ? (
              <Link key="cause" to="/activity" params={{ event: String(event.cause) }} size="sm">
                #{event.cause}
              </Link>
            ) : undefined,
          ],
          ["Change", event.change],
          ["Kind", <code key="kind">{`${event.kind} (version ${event.version}, ${event.class})`}</code>],
        ]}
      />
      <CommandLine command={JSON.stringify(event.body, null, 2)} label="Copy the event's body" />
    </div>
  );
}
