import { useEffect, useMemo } from "react";
import { query, type Schemas } from "../../api/client";
import { useSession } from "../../state/session";
import { useUrlState } from "../../state/url";
import { viewChanges, viewQuery } from "./viewQuery";

export type SavedView = Schemas["SavedViewView"];

const MOST_VIEWS = 200;

/**
 * Saved views of a page: those of the visitor and those shared with the team. A link with nothing but `view=` opens that view: its query
 * is written into the address, so that everything else on the page reads the address as always.
 */
export function useViews(page: string, names: readonly string[], dropped: readonly string[]) {
  const { get, set, search } = useUrlState();
  const { team } = useSession();
  const id = get("view");
  const list = query.useQuery("get", "/api/v1/views", { params: { query: { page, limit: MOST_VIEWS } } });
  const inList = list.data?.items.find((view) => view.id === id);
  // A link of a colleague may name a view that this list does not hold.
  const single = query.useQuery(
    "get",
    "/api/v1/views/{id}",
    { params: { path: { id: id ?? "" } } },
    { enabled: id !== undefined && list.isFetched && inList === undefined, retry: false },
  );
  const current = id === undefined ? undefined : (inList ?? single.data);
  const shown = viewQuery(search, names);
  const mustOpen = current !== undefined && shown === "" && current.query !== "";
  const open = useMemo(
    () => (view: SavedView, push: boolean) => {
      const cleared = Object.fromEntries(dropped.map((name) => [name, undefined]));
      set({ ...cleared, ...viewChanges(view.query, names), view: view.id }, { push });
    },
    [set, names, dropped],
  );
  useEffect(() => {
    if (mustOpen && current) open(current, false);
  }, [mustOpen, current, open]);
  return {
    team,
    views: list.data?.items ?? [],
    error: list.error,
    current,
    /** The view is gone, or not for this visitor. */
    missing: id !== undefined && single.error ? single.error : undefined,
    shown,
    isChanged: current !== undefined && !mustOpen && viewQuery(current.query, names) !== shown,
    open: (view: SavedView) => open(view, true),
    leave: () => set({ view: undefined }),
    setCurrent: (view: SavedView) => set({ view: view.id }),
  };
}
