import type { Graph, LineageEdge } from "./graph";

/** A place in a layer: a thing, or a point where a line passes between things. */
export interface Slot {
  id: string;
  isPoint: boolean;
}

export interface Layers {
  /** From left to right, each from top to bottom. */
  columns: Slot[][];
  /** What each line passes, from its first thing to its last. */
  routes: Map<LineageEdge, string[]>;
}

/** How often the order is looked at from both sides; more changes nothing that an eye would see. */
const SWEEPS = 4;

/** Puts each thing right of all that it comes from, and lines that pass several columns around the things in between. */
export function layersOf({ nodes, edges }: Graph): Layers {
  const known = new Set(nodes.map(({ id }) => id));
  const usable = edges.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to);
  const depths = depthsOf(
    nodes.map(({ id }) => id),
    usable,
  );
  const depth = (id: string) => depths.get(id) ?? 0;
  const columns: Slot[][] = Array.from({ length: Math.max(-1, ...depths.values()) + 1 }, () => []);
  for (const { id } of nodes) columns[depth(id)]?.push({ id, isPoint: false });
  const routes = new Map<LineageEdge, string[]>();
  for (const edge of usable) {
    const route = [edge.from];
    // A line against the order, of things that come from each other, is drawn straight.
    for (let column = depth(edge.from) + 1; column < depth(edge.to); column += 1) {
      const id = `${edge.from}\n${edge.to}\n${column}`;
      columns[column]?.push({ id, isPoint: true });
      route.push(id);
    }
    routes.set(edge, [...route, edge.to]);
  }
  order(columns, [...routes.values()]);
  return { columns, routes };
}

/** The longest way to each thing from what nothing comes before. Things that come from each other are taken one after the other. */
function depthsOf(ids: string[], edges: LineageEdge[]): Map<string, number> {
  const waiting = new Map(ids.map((id) => [id, 0]));
  for (const { to } of edges) waiting.set(to, (waiting.get(to) ?? 0) + 1);
  const depths = new Map<string, number>();
  while (waiting.size > 0) {
    const free = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
    const next = free.length > 0 ? free : [...waiting.keys()].slice(0, 1);
    for (const id of next) {
      waiting.delete(id);
      const before = edges.filter(({ to }) => to === id).map(({ from }) => depths.get(from) ?? -1);
      depths.set(id, Math.max(-1, ...before) + 1);
      for (const { from, to } of edges) {
        const count = waiting.get(to);
        if (from === id && count !== undefined) waiting.set(to, count - 1);
      }
    }
  }
  // What begins a line stands just before what comes from it, not at the far left.
  for (const id of ids) {
    if (edges.some(({ to }) => to === id)) continue;
    const after = edges.filter(({ from }) => from === id).map(({ to }) => depths.get(to) ?? 0);
    if (after.length > 0) depths.set(id, Math.max(0, Math.min(...after) - 1));
  }
  return depths;
}

/** Sorts each column by the middle of its neighbours, from both sides in turn, so that few lines cross. */
function order(columns: Slot[][], routes: string[][]): void {
  const [before, after] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const add = (map: Map<string, string[]>, key: string, value: string) =>
    map.set(key, [...(map.get(key) ?? []), value]);
  for (const route of routes) {
    for (const [index, id] of route.entries()) {
      const next = route[index + 1];
      if (next === undefined) continue;
      add(after, id, next);
      add(before, next, id);
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isForward = sweep % 2 === 0;
    const [neighbours, turn] = isForward ? [before, columns] : [after, [...columns].reverse()];
    const places = new Map<string, number>();
    for (const column of turn) {
      const wish = new Map(column.map(({ id }, index) => [id, wishOf(neighbours.get(id), places) ?? index]));
      column.sort((one, other) => (wish.get(one.id) ?? 0) - (wish.get(other.id) ?? 0));
      for (const [index, { id }] of column.entries()) places.set(id, index);
    }
  }
}

function wishOf(neighbours: string[] | undefined, places: Map<string, number>): number | undefined {
  const known = (neighbours ?? []).flatMap((id) => places.get(id) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, place) => sum + place, 0) / known.length;
}
