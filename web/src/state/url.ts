import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

/** Parameters that every page understands and links keep: whose things are looked at. */
const KEPT = ["team", "project"] as const;

/** The query as it is written. The router's own is decoded once already, which changes values that hold a percent sign. */
function useWrittenSearch(): string {
  useSearch();
  return window.location.search.slice(1);
}

type Values = Record<string, string | undefined>;

function written(search: string, changes: Values): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") params.delete(name);
    else params.set(name, value);
  }
  // Colons, commas and slashes are legal in a query and far easier to read as they are.
  return params
    .toString()
    .replace(/%3A/g, ":")
    .replace(/%2C/g, ",")
    .replace(/%2F/g, "/")
    .replace(/%40/g, "@")
    .replace(/%7E/g, "~");
}

/**
 * The page's state, kept in the address so that a link shows the same view. `set` writes some parameters (undefined or "" drops one);
 * `push` adds a step to the history, else the current one is changed (typing in a filter must not fill the history).
 */
export function useUrlState() {
  const search = useWrittenSearch();
  const [, navigate] = useLocation();
  const values = useMemo(() => new URLSearchParams(search), [search]);
  const set = useCallback(
    (changes: Values, options?: { push?: boolean }) => {
      // Read anew: two changes in one event must not undo each other.
      const next = written(window.location.search, changes);
      // Not the router's path, which is decoded: a name with a percent sign would become another one.
      const path = window.location.pathname;
      navigate(next === "" ? path : `${path}?${next}`, { replace: !options?.push });
    },
    [navigate],
  );
  const get = useCallback((name: string) => values.get(name) ?? undefined, [values]);
  const list = useCallback((name: string) => values.get(name)?.split(",").filter(Boolean) ?? [], [values]);
  return { get, list, set, search };
}

/** Team and project that the visitor looks at; undefined means all they may see. */
export function useScope() {
  const { get, set } = useUrlState();
  return { team: get("team"), project: get("project"), set };
}

/** An address inside the portal that keeps the chosen team and project. `params` with undefined values are left out. */
export function useAddress() {
  const search = useWrittenSearch();
  return useCallback(
    (path: string, params: Values = {}) => {
      const [bare = "", own = ""] = path.split("?");
      const kept = new URLSearchParams(search);
      const start: Values = {};
      for (const name of KEPT) start[name] = kept.get(name) ?? undefined;
      const query = written(own, { ...start, ...params });
      return query === "" ? bare : `${bare}?${query}`;
    },
    [search],
  );
}
