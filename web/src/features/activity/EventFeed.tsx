import { Button, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { createContext, useContext, useMemo, useState } from "react";
import { query, type Schemas } from "../../api/client";
import type { Names } from "../../state/eventReader";
import { kindWords, plainSentence, sentenceOf } from "../../state/eventSentence";
import { middle, words } from "../../state/format";
import { useUrlState } from "../../state/url";
import { EventSentence } from "../../widgets/EventSentence";
import { Link } from "../../widgets/Link";
import { Person } from "../../widgets/Person";
import { Time } from "../../widgets/Time";
import classes from "./activity.module.css";
import { EventDetail } from "./EventDetail";
import { byDay, grouped } from "./filter";

export type FeedEvent = Schemas["ActivityView"];

/** Names of services by their ids, which is all that older events of rollouts carry. */
export function useServiceNames() {
  const services = query.useQuery("get", "/api/v1/services", { params: { query: { limit: 200 } } });
  const names = new Map((services.data?.items ?? []).map(({ id, name }) => [id, name]));
  return { service: (id: string) => names.get(id) };
}

/** The events of the feed by their numbers: a cause that is among them is told in words. */
const Shown = createContext<ReadonlyMap<number, FeedEvent>>(new Map());

interface EventFeedProps {
  events: FeedEvent[];
  /** Number of the event that is open. */
  chosen: number | undefined;
  more: (() => void) | undefined;
  isLoadingMore: boolean;
}

/** Events by day, one line each; a line opens to everything the platform keeps of it. */
export function EventFeed({ events, chosen, more, isLoadingMore }: EventFeedProps) {
  const names = useServiceNames();
  const shown = useMemo(() => new Map(events.map((event) => [event.seq, event])), [events]);
  return (
    <Shown value={shown}>
      <div className={classes.feed}>
        {byDay(events, Date.now()).map(({ day, rows }) => (
          <section key={day} aria-label={day}>
            <h2 className={classes.day}>{day}</h2>
            <ol className={classes.events}>
              {grouped(rows).map((group) => (
                <EventGroup key={group.at(-1)?.seq} group={group} chosen={chosen} names={names} />
              ))}
            </ol>
          </section>
        ))}
        {more && (
          <div className={classes.more}>
            <Button variant="default" size="compact-sm" onClick={more} loading={isLoadingMore}>
              Show more
            </Button>
          </div>
        )}
      </div>
    </Shown>
  );
}

/** Events that say the same are one line until somebody opens it, or an address leads to one of them. */
function EventGroup({ group, chosen, names }: { group: FeedEvent[]; chosen: number | undefined; names: Names }) {
  const [isOpened, setOpened] = useState(false);
  const [first] = group;
  if (!first) return null;
  if (group.length === 1) return <EventLine event={first} isOpen={first.seq === chosen} names={names} />;
  const isOpen = isOpened || group.some(({ seq }) => seq === chosen);
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  const what = `${group.length} × ${kindWords(first.kind)}`;
  return (
    <>
      <li className={classes.event}>
        <div className={classes.line}>
          <UnstyledButton
            className={classes.toggle}
            aria-expanded={isOpen}
            aria-label={`Show all: ${what}`}
            onClick={() => setOpened(!isOpened)}
          >
            <Icon size={16} aria-hidden />
          </UnstyledButton>
          <span className={`${classes.sentence} ${classes.group}`}>{what}</span>
          <EventFacts event={first} />
        </div>
      </li>
      {isOpen &&
        group.map((event) => (
          <EventLine key={event.seq} event={event} isOpen={event.seq === chosen} names={names} isIn />
        ))}
    </>
  );
}

function EventFacts({ event }: { event: FeedEvent }) {
  return (
    <>
      <span className={classes.who}>
        <Link
          to="/activity"
          params={{ actor: event.actor }}
          size="sm"
          c="dimmed"
          title={`All that ${middle(event.actor, 80)} did`}
        >
          <Person actor={event.actor} name={event.actor_name} token={event.actor_token} />
        </Link>
      </span>
      <span className={classes.class}>{words(event.class)}</span>
      <span className={classes.when}>
        <Time at={event.at} />
      </span>
    </>
  );
}

interface EventLineProps {
  event: FeedEvent;
  isOpen: boolean;
  names: Names;
  /** Part of a group. */
  isIn?: boolean;
}

function EventLine({ event, isOpen, names, isIn = false }: EventLineProps) {
  const { set } = useUrlState();
  const cause = useContext(Shown).get(event.cause ?? 0);
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <li className={`${classes.event} ${isIn ? classes.grouped : ""}`} data-open={isOpen || undefined}>
      <div className={classes.line}>
        <UnstyledButton
          className={classes.toggle}
          aria-expanded={isOpen}
          aria-label={`Details: ${plainSentence(sentenceOf(event, names)).slice(0, 120)}`}
          onClick={() => set({ event: isOpen ? undefined : String(event.seq) })}
        >
          <Icon size={16} aria-hidden />
        </UnstyledButton>
        <span className={classes.sentence}>
          <EventSentence event={event} names={names} />
          {typeof event.cause === "number" && (
            <Link to="/activity" params={{ event: String(event.cause) }} size="xs" className={classes.cause}>
              because of {cause ? kindWords(cause.kind) : `#${event.cause}`}
            </Link>
          )}
        </span>
        <EventFacts event={event} />
      </div>
      {isOpen && <EventDetail event={event} />}
    </li>
  );
}
