import { exact, middle, words } from "../../state/format";
import { subjectPath } from "../../state/subjectPath";
import { CommandLine } from "../../widgets/CommandLine";
import { Facts } from "../../widgets/Facts";
import { Link } from "../../widgets/Link";
import { Person } from "../../widgets/Person";
import classes from "./activity.module.css";
import type { FeedEvent } from "./EventFeed";

/** Characters of a name that a line of facts can bear; all of it stands in the body. */
const LONG = 120;

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
              <Person actor={event.actor} name={event.actor_name} token={event.actor_token} />{" "}
              <bdi className="mono">{middle(event.actor, LONG)}</bdi>
            </>,
          ],
          [
            "About",
            <span key="about" className={classes.about}>
              {path ? (
                <Link to={path} size="sm">
                  {words(event.subject_kind)} <bdi>{middle(event.subject_id, LONG)}</bdi>
                </Link>
              ) : (
                <span>
                  {words(event.subject_kind)} <bdi>{middle(event.subject_id, LONG)}</bdi>
                </span>
              )}
              <Link to="/activity" params={{ subject }} size="sm">
                all about it
              </Link>
            </span>,
          ],
          ["Team and project", middle([event.team_name, event.project_name].filter(Boolean).join(" / "), LONG)],
          [
            "Because of",
            typeof event.cause === "number" ? (
              <Link key="cause" to="/activity" params={{ event: String(event.cause) }} size="sm">
                #{event.cause}
              </Link>
            ) : undefined,
          ],
          ["Change", event.change],
          ["Kind", <code key="kind">{`${middle(event.kind, LONG)} (version ${event.version}, ${event.class})`}</code>],
        ]}
      />
      <CommandLine command={JSON.stringify(event.body, null, 2)} label="Copy the event's body" />
    </div>
  );
}
