import { Button, Group, Select } from "@mantine/core";
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api, type Schemas } from "../../api/client";
import { kindWords, TOLD_KINDS } from "../../state/eventSentence";
import { useTimeRange } from "../../state/range";
import { useScope, useUrlState } from "../../state/url";
import { ButtonLink } from "../../widgets/ButtonLink";
import { Empty } from "../../widgets/Empty";
import { Filter } from "../../widgets/Filter";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { RangePicker } from "../../widgets/RangePicker";
import { SavedViews } from "../../widgets/SavedViews";
import classes from "./activity.module.css";
import { EventFeed } from "./EventFeed";
import { activityQuery, FILTERS } from "./filter";
import { OneEvent } from "./OneEvent";

const PAGE = 100;
/** What a saved view keeps, and what makes no sense in another one. */
const KEPT = [...FILTERS, "from", "to"];
const DROPPED = ["event"];
/** Events that are worth showing without being asked for more. */
const ENOUGH = 20;
/** Pages that are looked through on their own at most. */
const MANY_PAGES = 10;
type FeedPage = Schemas["ActivityList"];

const CLASSES = [
  { value: "audit", label: "Audit: changes" },
  { value: "activity", label: "Work: what ran" },
];
const KINDS = TOLD_KINDS.map((kind) => ({ value: kind, label: kindWords(kind) })).sort((one, other) =>
  one.label.localeCompare(other.label),
);

/** Everything that happened, newest first: who did what, and what came of it. */
export default function ActivityPage() {
  const { get, set } = useUrlState();
  const { range, setRange } = useTimeRange("-7d");
  const { filter, isFiltered } = useActivityFilter();
  const feed = useInfiniteQuery({
    queryKey: ["get", "/api/v1/activity", filter],
    queryFn: async ({ pageParam }) => {
      const { data } = await api.GET("/api/v1/activity", { params: { query: { ...filter, cursor: pageParam } } });
      return data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
    placeholderData: (before) => before,
  });
  const more = useLookFurther(feed);
  const events = feed.data?.pages.flatMap((page) => page?.items ?? []) ?? [];
  const chosen = Number(get("event")) || undefined;
  const clear = () => set(Object.fromEntries(FILTERS.map((name) => [name, undefined])), { push: true });
  return (
    <Page
      title="Activity"
      actions={
        <>
          <RangePicker range={range} onChange={setRange} />
          <SavedViews page="activity" names={KEPT} dropped={DROPPED} />
        </>
      }
    >
      <search className={classes.filters} aria-label="Filter the activity">
        <Filter label="Search what happened" width="100%" />
        <Select
          aria-label="Class"
          placeholder="Any class"
          data={CLASSES}
          value={get("class") ?? null}
          onChange={(next) => set({ class: next ?? undefined }, { push: true })}
          clearable
        />
        <Select
          aria-label="Kind of event"
          placeholder="Any kind"
          data={KINDS}
          value={get("kind") ?? null}
          onChange={(next) => set({ kind: next ?? undefined }, { push: true })}
          searchable
          clearable
        />
        <Filter name="actor" label="By whom" placeholder="By whom: ana" width="100%" slash={false} />
        <Filter name="subject" label="About what" placeholder="About: service:churn" width="100%" slash={false} />
        {isFiltered && (
          <Button variant="subtle" size="compact-sm" onClick={clear}>
            Clear
          </Button>
        )}
      </search>
      {chosen !== undefined && feed.data && !events.some(({ seq }) => seq === chosen) && <OneEvent seq={chosen} />}
      <Panel flush>
        <Loaded query={feed} lines={12}>
          {() =>
            events.length === 0 ? (
              <NoEvents isFiltered={isFiltered} onClear={clear} further={more.isThere ? more.look : undefined} />
            ) : (
              <EventFeed
                events={events}
                chosen={chosen}
                more={more.isThere ? more.look : undefined}
                isLoadingMore={feed.isFetchingNextPage}
              />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

/** A request looks at a bounded number of events: after pages with little on them the next ones are asked for, until there is enough to read. */
function useLookFurther(feed: UseInfiniteQueryResult<InfiniteData<FeedPage | undefined>>) {
  const { data, hasNextPage, isFetching, fetchNextPage } = feed;
  const [wanted, setWanted] = useState(ENOUGH);
  const found = data?.pages.reduce((sum, page) => sum + (page?.items.length ?? 0), 0) ?? 0;
  const pages = data?.pages.length ?? 0;
  const goesOn = hasNextPage && !isFetching && found < wanted && pages < MANY_PAGES;
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
  const look = () => {
    setWanted(found + ENOUGH);
    void fetchNextPage();
  };
  return { isThere: hasNextPage, look };
}

function useActivityFilter() {
  const { get, search } = useUrlState();
  const { team, project } = useScope();
  const { range } = useTimeRange("-7d");
  const isFiltered = FILTERS.some((name) => get(name) !== undefined);
  // The start of a relative range is taken once: a list that grows by "show more" must not be asked anew each minute.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is all it depends on.
  const filter = useMemo(() => {
    const asked = { q: get("q"), kind: get("kind"), class: get("class"), actor: get("actor"), subject: get("subject") };
    return { ...activityQuery({ ...asked, team, project }, range), limit: PAGE };
  }, [search.replace(/\bevent=\d*&?/, "")]);
  return { filter, isFiltered };
}

interface NoEventsProps {
  isFiltered: boolean;
  onClear: () => void;
  /** Older events were not looked at yet. */
  further: (() => void) | undefined;
}

function NoEvents({ isFiltered, onClear, further }: NoEventsProps) {
  return isFiltered ? (
    <Empty
      title={further ? "Nothing matches the filter so far" : "Nothing in this range matches the filter"}
      action={
        <Group gap="xs">
          {further && <Button onClick={further}>Look further back</Button>}
          <Button variant="default" onClick={onClear}>
            Clear the filter
          </Button>
        </Group>
      }
    />
  ) : (
    <Empty title="Nothing happened in this range" action={<ButtonLink to="/new">New project</ButtonLink>}>
      Deploys, jobs, models, members and tokens leave their trace here, each with who did it. Choose a longer range to
      look further back.
    </Empty>
  );
}
