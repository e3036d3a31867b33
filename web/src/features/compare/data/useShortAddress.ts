import { useEffect, useRef } from "react";
import { api, type Schemas } from "../../../api/client";
import { useSession } from "../../../state/session";
import { useUrlState } from "../../../state/url";
import { MOST_IDS_IN_ADDRESS, queryToSave, type Selection } from "./selection";

type View = Schemas["SavedViewView"];

/** Saved views that are looked through for the same selection. */
const LOOKED_AT = 1000;

/**
 * Ids of many runs make an address that nobody can send. They are kept as a saved view, shared where the visitor may, and the address
 * names the view. Where that cannot be, the address stays long and works all the same.
 */
export function useShortAddress(selection: Selection): void {
  const { get, set } = useUrlState();
  const { me, can, team } = useSession();
  const isLong = selection.by === "ids" && selection.ids.length > MOST_IDS_IN_ADDRESS && get("view") === undefined;
  const query = isLong ? queryToSave("", selection) : undefined;
  const tried = useRef<string | undefined>(undefined);
  const isKnown = me !== undefined;
  const mayShare = can("view:share", team);
  useEffect(() => {
    if (query === undefined || !isKnown || tried.current === query) return;
    tried.current = query;
    void kept(query, team, mayShare).then((view) => {
      if (view) set({ view: view.id, runs: undefined });
    });
  }, [query, isKnown, team, mayShare, set]);
}

/** The view with this selection: one that is there, else a new one. */
async function kept(query: string, team: string, shared: boolean): Promise<View | undefined> {
  try {
    const { data } = await api.GET("/api/v1/views", { params: { query: { page: "compare", limit: LOOKED_AT } } });
    const known = data?.items.find((view) => view.query === query && (view.shared || !shared));
    if (known) return known;
    const runs = query.split(",").length;
    const name = `${runs} runs, ${new Date().toISOString().slice(0, 19).replace("T", " ")}`;
    return (await api.POST("/api/v1/views", { body: { name, page: "compare", query, team, shared } })).data;
  } catch {
    // Tokens of machines own no views.
    return undefined;
  }
}
