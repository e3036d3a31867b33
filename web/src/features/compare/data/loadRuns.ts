import { api, type Schemas } from "../../../api/client";
import type { ComparedRun } from "./columns";
import { portions, type Selection } from "./selection";

/** Ids that fit into the filter of one request. */
const IDS_PER_REQUEST = 100;

interface Asked {
  signal?: AbortSignal;
}

export interface FoundRuns {
  runs: ComparedRun[];
  /** Ids that were asked for and are not there (deleted, or of another team). */
  missing: string[];
}

/** The runs of a selection with all they logged. Those chosen by id come in the order they were chosen. */
export async function loadRuns(selection: Selection, asked: Asked): Promise<FoundRuns> {
  if (selection.by === "nothing") return { runs: [], missing: [] };
  if (selection.by === "search") {
    const { experiments, filter, orderBy, limit } = selection;
    const query = {
      experiments,
      limit,
      ...(filter ? { filter } : {}),
      ...(orderBy ? { order_by: orderBy } : {}),
    };
    const { data } = await api.GET("/api/v1/runs", { params: { query }, ...asked });
    return { runs: (data?.items ?? []).map(comparedRun), missing: [] };
  }
  const parts = await Promise.all(
    portions(selection.ids, IDS_PER_REQUEST).map(async (ids) => {
      const filter = `attributes.run_id IN (${ids.map((id) => `'${id.replaceAll("'", "")}'`).join(",")})`;
      const { data } = await api.GET("/api/v1/runs", { params: { query: { filter, limit: ids.length } }, ...asked });
      return data?.items ?? [];
    }),
  );
  const found = new Map(parts.flat().map((item) => [item.id, comparedRun(item)]));
  const runs = selection.ids.map((id) => found.get(id)).filter((run) => run !== undefined);
  return { runs, missing: selection.ids.filter((id) => !found.has(id)) };
}

function comparedRun(item: Schemas["RunItem"]): ComparedRun {
  return item;
}
