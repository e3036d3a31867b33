import { useMemo } from "react";
import type { Schemas } from "../../../api/client";
import { useNow } from "../../../state/clock";
import { exact, middle, relative } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { Person } from "../../../widgets/Person";
import { type Column, Table } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import { type AliasSpans, aliasSpans, barsOf } from "../data/aliasHistory";
import classes from "../models.module.css";
import type { ModelHistory } from "./useHistory";

type Item = Schemas["HistoryItem"];

/** Below this share of the track a bar's words do not fit. */
const ROOM_FOR_WORDS = 0.05;

/** Which version every alias named when, and who moved it. */
export function HistoryPanel({ model, history }: { model: string; history: ModelHistory }) {
  const { query, items } = history;
  const columns: Column<Item>[] = [
    {
      id: "at",
      title: "When",
      cell: (item) => (
        <span className={classes.line}>
          <Time at={item.at} />
        </span>
      ),
    },
    { id: "what", title: "What", cell: (item) => <What model={model} item={item} /> },
    {
      id: "actor",
      title: "Who",
      cell: (item) => (
        <span className={classes.line}>
          <Person actor={item.actor} />
        </span>
      ),
      from: "sm",
    },
  ];
  const more = query.hasNextPage
    ? { load: () => void query.fetchNextPage(), isLoading: query.isFetchingNextPage }
    : undefined;
  return (
    <Panel title="History" flush>
      <Loaded query={query}>
        {() => (
          <>
            <Timeline items={items} />
            <Table
              label="History of versions and aliases"
              columns={columns}
              rows={items}
              rowKey={({ seq }) => String(seq)}
              more={more}
              empty={
                <p className={`${classes.hint} ${classes.inset}`}>
                  Registered versions and moves of aliases will be listed here.
                </p>
              }
            />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

/** Bars over time: one line per alias. The table below says the same in words. */
function Timeline({ items }: { items: Item[] }) {
  const now = useNow();
  // Bars need no second hand.
  const minute = Math.ceil(now / 60_000) * 60_000;
  const spans = useMemo(() => aliasSpans(items), [items]);
  const { from, rows } = useMemo(() => barsOf(spans, minute), [spans, minute]);
  if (rows.length === 0) return null;
  return (
    <div
      className={`${classes.timeline} ${classes.inset}`}
      role="img"
      aria-label={`What each alias named when: ${summaryOf(spans)}. The table below lists every move.`}
    >
      {rows.map(({ alias, bars }) => (
        <div key={alias} style={{ display: "contents" }}>
          <bdi className={classes.name} title={alias}>
            @{middle(alias, 24)}
          </bdi>
          <div className={classes.track}>
            {bars.map((bar) => (
              <span
                key={bar.from}
                className={classes.span}
                style={{ left: `${bar.start * 100}%`, width: `${bar.length * 100}%` }}
                title={`version ${bar.version}, ${exact(bar.from)} to ${bar.to ? exact(bar.to) : "now"}`}
              >
                {bar.length >= ROOM_FOR_WORDS && bar.version}
              </span>
            ))}
          </div>
        </div>
      ))}
      <span className={classes.ends} aria-hidden>
        <span>{relative(from, now)}</span>
        <span>now</span>
      </span>
    </div>
  );
}

function summaryOf(aliases: AliasSpans[]): string {
  return aliases
    .map(({ alias, spans }) => {
      const last = spans.at(-1);
      if (!last) return alias;
      return `@${middle(alias, 24)} ${last.to === undefined ? "is" : "was last"} version ${last.version}, since ${exact(last.from)}`;
    })
    .join(", ");
}

function What({ model, item }: { model: string; item: Item }) {
  const link = (version: number) => (
    <Link to={`/models/${encodeURIComponent(model)}/${version}`} size="sm" underline="always">
      version {version}
    </Link>
  );
  const { version, previous, alias } = item;
  if (item.what === "alias_moved" && alias) {
    const name = <bdi title={alias}>@{middle(alias, 24)}</bdi>;
    if (typeof version !== "number")
      return (
        <>
          {name} was removed{typeof previous === "number" && <> from {link(previous)}</>}
        </>
      );
    if (typeof previous !== "number" || previous === version)
      return (
        <>
          {name} was set to {link(version)}
        </>
      );
    return (
      <>
        {name} was moved from {link(previous)} to {link(version)}
      </>
    );
  }
  if (item.what === "version_registered" && typeof version === "number") {
    return (
      <>
        {link(version)} was registered
        {item.run && (
          <>
            {" "}
            from run{" "}
            <Link to={`/runs/${encodeURIComponent(item.run)}`} size="sm" className="mono" underline="always">
              {item.run.slice(0, 8)}
            </Link>
          </>
        )}
      </>
    );
  }
  if (item.what === "version_deleted") return <>version {version} was deleted</>;
  if (item.what === "model_deleted") return <>a model of this name was deleted</>;
  return <>{item.what}</>;
}
