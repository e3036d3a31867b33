import { ActionIcon, Button, Switch, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconDownload } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { count } from "../state/format";
import { useUrlState } from "../state/url";
import classes from "./LogViewer.module.css";
import { followLog } from "./log/followLog";
import { LINE_PIXELS, LogPane } from "./log/LogPane";
import { KeptLines, LineCutter, matchingLines } from "./log/lines";

/** Pixels from the end within which the reader still counts as being at it. */
const AT_END_PIXELS = 24;

/** What was read so far; outside React, because a hundred thousand lines must not pass through it. */
interface Read {
  kept: KeptLines;
  pane: LogPane | undefined;
  /** Lines that are drawn, or were and are let go. */
  shown: number;
}

/** A job's log, live. Follows while the reader is at its end; scrolling up stops that; what is selected stays selected. */
export function LogViewer({ job, height }: { job: string; height?: number }) {
  const { get, set } = useUrlState();
  const scroll = useRef<HTMLElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const read = useRef<Read>({ kept: new KeptLines(), pane: undefined, shown: 0 });
  const [{ total, dropped }, setCounts] = useState({ total: 0, dropped: 0 });
  const [isFollowing, setFollowing] = useState(get("line") === undefined);
  const following = useRef(isFollowing);
  const [trouble, setTrouble] = useState<string | undefined>();
  const [hasEnded, setEnded] = useState(false);
  const search = get("find") ?? "";
  const onlyMatching = get("only") === "1" && search !== "";
  const chosen = Number(get("line") ?? 0);

  const follow = useCallback((on: boolean) => {
    following.current = on;
    setFollowing(on);
    if (on) scroll.current?.scrollTo({ top: scroll.current.scrollHeight });
  }, []);

  // Draws what came since the last frame. A hidden tab gets no frames: it catches up in one when it is seen again.
  const draw = useCallback(() => {
    const { kept, pane } = read.current;
    if (!pane) return;
    const shown = Math.max(read.current.shown, kept.dropped);
    const fresh = kept.lines.slice(shown - kept.dropped);
    read.current.shown = kept.total;
    const gone = pane.dropThrough(kept.dropped);
    // What is read stays where it is while lines above it go.
    if (gone > 0 && !following.current) scroll.current?.scrollBy({ top: -gone * LINE_PIXELS });
    if (onlyMatching) {
      const numbers = matchingLines(fresh, search, Number.POSITIVE_INFINITY);
      const found = numbers.map((line) => fresh[line] ?? "");
      pane.append(found, (index) => shown + (numbers[index] ?? 0) + 1);
    } else pane.append(fresh, (index) => shown + index + 1);
    setCounts({ total: kept.total, dropped: kept.dropped });
    if (following.current) scroll.current?.scrollTo({ top: scroll.current.scrollHeight });
  }, [onlyMatching, search]);
  const latestDraw = useRef(draw);
  latestDraw.current = draw;

  useEffect(() => {
    read.current.kept = new KeptLines();
    const cutter = new LineCutter();
    let frame = 0;
    const take = (lines: string[]) => {
      read.current.kept.add(lines);
      if (frame === 0)
        frame = requestAnimationFrame(() => {
          frame = 0;
          latestDraw.current();
        });
    };
    const stop = followLog(job, {
      onText: (text) => take(cutter.add(text)),
      onEnd: () => {
        take(cutter.end());
        setEnded(true);
      },
      onTrouble: setTrouble,
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [job]);

  // Another filter is another document: drawn anew from what was read.
  useEffect(() => {
    if (!host.current) return;
    read.current.pane = new LogPane(host.current);
    read.current.shown = 0;
    draw();
  }, [draw]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `total` stands for the lines that were read.
  const matches = useMemo(() => {
    const { lines, dropped: before } = read.current.kept;
    return matchingLines(lines, search).map((line) => before + line);
  }, [search, total]);
  const topOf = (line: number) => (line - 1 - dropped) * LINE_PIXELS;
  const goTo = (line: number) => {
    follow(false);
    set({ line: String(line) });
    scroll.current?.scrollTo({ top: Math.max(0, topOf(line) - scroll.current.clientHeight / 3) });
  };
  // A link to a line leads there once the line is here.
  const arrived = useRef(false);
  useEffect(() => {
    if (arrived.current || chosen === 0 || total < chosen || onlyMatching) return;
    arrived.current = true;
    scroll.current?.scrollTo({
      top: Math.max(0, (chosen - 1 - dropped) * LINE_PIXELS - scroll.current.clientHeight / 3),
    });
  }, [chosen, total, dropped, onlyMatching]);
  const step = (direction: 1 | -1) => {
    const next =
      direction === 1
        ? (matches.find((line) => line + 1 > chosen) ?? matches[0])
        : (matches.findLast((line) => line + 1 < chosen) ?? matches.at(-1));
    if (next !== undefined) goTo(next + 1);
  };
  const isAtEnd = () => {
    const element = scroll.current;
    return !element || element.scrollHeight - element.scrollTop - element.clientHeight <= AT_END_PIXELS;
  };

  return (
    <div className={classes.viewer}>
      <div className={classes.bar}>
        <TextInput
          size="xs"
          w={220}
          aria-label="Find in the log"
          placeholder="Find in the log"
          value={search}
          onChange={(event) => set({ find: event.currentTarget.value })}
          onKeyDown={(event) => event.key === "Enter" && step(event.shiftKey ? -1 : 1)}
        />
        <ActionIcon
          variant="default"
          aria-label="Previous match"
          onClick={() => step(-1)}
          disabled={matches.length === 0}
        >
          <IconChevronUp size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" aria-label="Next match" onClick={() => step(1)} disabled={matches.length === 0}>
          <IconChevronDown size={16} aria-hidden />
        </ActionIcon>
        {search !== "" && <span className={classes.note}>{count(matches.length)} lines match</span>}
        <Switch
          size="sm"
          label="Only matching"
          checked={onlyMatching}
          disabled={search === ""}
          onChange={(event) => set({ only: event.currentTarget.checked ? "1" : undefined })}
        />
        <Switch
          size="sm"
          label="Follow"
          checked={isFollowing}
          onChange={(event) => follow(event.currentTarget.checked)}
        />
        <Button
          component="a"
          href={`/api/v1/jobs/${encodeURIComponent(job)}/logs`}
          download={`${job}.log`}
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          Download
        </Button>
        <span className={classes.note} role="status">
          {trouble ?? `${count(total)} lines${hasEnded ? ", complete" : ""}`}
        </span>
      </div>
      {dropped > 0 && (
        <span className={classes.note}>
          Lines 1 to {count(dropped)} are not kept in this page: the log is long. The download has them.
        </span>
      )}
      <div className={classes.frame}>
        <section
          ref={scroll}
          className={classes.scroll}
          style={height ? { height } : undefined}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
          tabIndex={0}
          aria-label="Lines of the log"
          onScroll={() => {
            if (following.current && !isAtEnd()) follow(false);
          }}
        >
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a link per line would be a hundred thousand; search reaches lines too. */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way to a line is the search. */}
          <div
            className={classes.lines}
            onClick={(event) => {
              const gutter = (event.target as Element).closest(`.${classes.gutter}`);
              if (!gutter || !host.current || onlyMatching) return;
              goTo(Math.floor((event.clientY - host.current.getBoundingClientRect().top) / LINE_PIXELS) + 1 + dropped);
            }}
          >
            <div ref={host} />
            {chosen > dropped && !onlyMatching && <div className={classes.mark} style={{ top: topOf(chosen) }} />}
          </div>
        </section>
        {!isFollowing && !hasEnded && (
          <Button size="compact-sm" className={classes.newest} onClick={() => follow(true)}>
            Jump to newest
          </Button>
        )}
      </div>
    </div>
  );
}
