import { Button, Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api/client";
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
import classes from "./activity.module.css";
import { EventFeed } from "./EventFeed";
import { activityQuery, FILTERS } from "./filter";
import { OneEvent } from "./OneEvent";

const PAGE = 100;
const CLASSES = [
  { value: "audit", label: "Audit: who changed what" },
  { value: "activity", label: "Work: what went on" },
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
  const events = feed.data?.pages.flatMap((page) => page?.items ?? []) ?? [];
  const chosen = Number(get("event")) || undefined;
  const clear = () => set(Object.fromEntries(FILTERS.map((name) => [name, undefined])), { push: true });
  return (
    <Page title="Activity" actions={<RangePicker range={range} onChange={setRange} />}>
      <search className={classes.filters} aria-label="Filter the activity">
        <Filter label="Search what happened" width={230} />
        <Select
          aria-label="Class"
          placeholder="Any class"
          data={CLASSES}
          value={get("class") ?? null}
          onChange={(next) => set({ class: next ?? undefined }, { push: true })}
          clearable
          w={210}
        />
        <Select
          aria-label="Kind of event"
          placeholder="Any kind"
          data={KINDS}
          value={get("kind") ?? null}
          onChange={(next) => set({ kind: next ?? undefined }, { push: true })}
          searchable
          clearable
          w={210}
        />
        <Filter name="actor" label="By whom" placeholder="By whom: user:ana" width={180} slash={false} />
        <Filter name="subject" label="About what" placeholder="About what: service:churn" width={220} slash={false} />
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
              <NoEvents isFiltered={isFiltered} onClear={clear} />
            ) : (
              <EventFeed
                events={events}
                chosen={chosen}
                more={feed.hasNextPage ? () => void feed.fetchNextPage() : undefined}
                isLoadingMore={feed.isFetchingNextPage}
              />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
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

function NoEvents({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return isFiltered ? (
    <Empty
      title="Nothing in this range matches the filter"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      }
    />
  ) : (
    <Empty title="Nothing happened in this range" action={<ButtonLink to="/new">New project</ButtonLink>}>
      Deploys, jobs, models, members and tokens leave their trace here, each with who did it. Choose a longer range to
      look further back.
    </Empty>
  );
}
