/** Something that happened to a model, as the server tells it. */
export interface HistoryItem {
  seq: number;
  /** RFC 3339. */
  at: string;
  what: string;
  actor: string;
  alias?: string | null | undefined;
  version?: number | null | undefined;
}

/** A time in which an alias named one version. */
export interface Span {
  version: number;
  /** Milliseconds since 1970. */
  from: number;
  /** Undefined while it lasts. */
  to: number | undefined;
  /** Who moved the alias here. */
  actor: string;
}

export interface AliasSpans {
  alias: string;
  /** Oldest first. */
  spans: Span[];
}

/** Which version each alias named when. An alias ends when it is moved, removed, or its version is deleted. */
export function aliasSpans(items: HistoryItem[]): AliasSpans[] {
  const byAlias = new Map<string, Span[]>();
  const end = (spans: Span[], at: number, version?: number) => {
    const last = spans.at(-1);
    if (last && last.to === undefined && (version === undefined || last.version === version)) last.to = at;
  };
  for (const item of [...items].sort((one, other) => one.seq - other.seq)) {
    const at = Date.parse(item.at);
    if (item.what === "alias_moved" && item.alias) {
      const spans = byAlias.get(item.alias) ?? [];
      byAlias.set(item.alias, spans);
      const isSame = spans.at(-1)?.to === undefined && spans.at(-1)?.version === item.version;
      if (isSame) continue;
      end(spans, at);
      if (typeof item.version === "number")
        spans.push({ version: item.version, from: at, to: undefined, actor: item.actor });
    } else if (item.what === "version_deleted" && typeof item.version === "number") {
      for (const spans of byAlias.values()) end(spans, at, item.version);
    } else if (item.what === "model_deleted") {
      // A model of the same name that came later starts anew.
      for (const spans of byAlias.values()) end(spans, at);
    }
  }
  return [...byAlias]
    .map(([alias, spans]) => ({ alias, spans }))
    .filter(({ spans }) => spans.length > 0)
    .sort((one, other) => one.alias.localeCompare(other.alias));
}

/** A span as a bar: its start and length as shares of the time shown. */
export interface Bar extends Span {
  start: number;
  length: number;
}

/** Bars of all aliases over the same time, from the first move until now. */
export function barsOf(aliases: AliasSpans[], now: number): { from: number; rows: { alias: string; bars: Bar[] }[] } {
  const from = Math.min(now - 1, ...aliases.flatMap(({ spans }) => spans.map((span) => span.from)));
  const length = now - from;
  const rows = aliases.map(({ alias, spans }) => ({
    alias,
    bars: spans.map((span) => ({
      ...span,
      start: (span.from - from) / length,
      length: ((span.to ?? now) - span.from) / length,
    })),
  }));
  return { from, rows };
}
