/** Something in a lineage. */
export interface LineageNode {
  id: string;
  /** Gives it its colour and its place among those that are too many. */
  kind: string;
  /** Word for what it is: "Data", "Job". */
  what: string;
  name: string;
  /** One more fact, such as how the data was used. */
  about?: string | undefined;
  /** Page in the portal. */
  path?: string | undefined;
  /** What the page with the lineage is about. */
  isHere?: boolean;
}

/** What comes from what. */
export interface LineageEdge {
  from: string;
  to: string;
  /** Only related: the service serves another version of the same model. */
  isLoose?: boolean;
  /** What the later has to do with the earlier, such as "made by". */
  how?: string | undefined;
}

export interface Graph {
  nodes: LineageNode[];
  edges: LineageEdge[];
}

/** Things of one kind that are drawn; the others are counted. A picture of more tells nothing. */
export const MOST_OF_A_KIND = 12;

/** At most so many of a kind; one more thing stands for those that are left out. What the page is about always stays. */
export function bounded({ nodes, edges }: Graph): Graph {
  const kept: LineageNode[] = [];
  for (const kind of new Set(nodes.map((node) => node.kind))) {
    const all = nodes.filter((node) => node.kind === kind);
    const ranked = [...all].sort((one, other) => Number(other.isHere ?? false) - Number(one.isHere ?? false));
    kept.push(...ranked.slice(0, MOST_OF_A_KIND));
    const rest = all.length - MOST_OF_A_KIND;
    if (rest > 0) kept.push({ id: `more ${kind}`, kind, what: "Not drawn", name: `${rest} more` });
  }
  const stands = new Map(kept.map(({ id }) => [id, id]));
  for (const { id, kind } of nodes) if (!stands.has(id)) stands.set(id, `more ${kind}`);
  const drawn = new Map<string, LineageEdge>();
  for (const edge of edges) {
    const [from, to] = [stands.get(edge.from), stands.get(edge.to)];
    if (from && to && from !== to) drawn.set(`${from}\n${to}`, { ...edge, from, to });
  }
  return { nodes: kept, edges: [...drawn.values()] };
}
