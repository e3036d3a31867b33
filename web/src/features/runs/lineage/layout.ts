import { type Graph, KINDS, type LineageEdge, type LineageNode } from "./graph";

export const NODE_WIDTH = 164;
export const NODE_HEIGHT = 62;
const COLUMN_GAP = 36;
const ROW_GAP = 18;
const MARGIN = 4;

export interface PlacedNode extends LineageNode {
  left: number;
  top: number;
}

export interface PlacedEdge extends LineageEdge {
  /** SVG path from the right side of one node to the left side of the other. */
  line: string;
}

export interface Layout {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

/** Places each kind in a column of its own, left to right as one comes from the other; columns without anything take no room. */
export function layoutOf({ nodes, edges }: Graph): Layout {
  const columns = KINDS.map((kind) => nodes.filter((node) => node.kind === kind)).filter((column) => column.length > 0);
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const height = MARGIN * 2 + tallest * NODE_HEIGHT + (tallest - 1) * ROW_GAP;
  const placed = columns.flatMap((column, index) => {
    const own = column.length * NODE_HEIGHT + (column.length - 1) * ROW_GAP;
    const start = (height - own) / 2;
    return column.map((node, row) => ({
      ...node,
      left: MARGIN + index * (NODE_WIDTH + COLUMN_GAP),
      top: start + row * (NODE_HEIGHT + ROW_GAP),
    }));
  });
  const byId = new Map(placed.map((node) => [node.id, node]));
  return {
    width: MARGIN * 2 + columns.length * NODE_WIDTH + Math.max(0, columns.length - 1) * COLUMN_GAP,
    height,
    nodes: placed,
    edges: edges.flatMap((edge) => {
      const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
      return from && to ? [{ ...edge, line: lineBetween(from, to) }] : [];
    }),
  };
}

/** A curve that leaves and arrives level, so that lines do not cross the nodes. */
function lineBetween(from: PlacedNode, to: PlacedNode): string {
  const [x1, y1] = [from.left + NODE_WIDTH, from.top + NODE_HEIGHT / 2];
  const [x2, y2] = [to.left, to.top + NODE_HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `M ${x1} ${y1} C ${middle} ${y1}, ${middle} ${y2}, ${x2} ${y2}`;
}
