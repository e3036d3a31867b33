import { bounded, type Graph, type LineageEdge, type LineageNode } from "./graph";
import { layersOf } from "./layers";

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

/** A place of a node, or of a point that a line passes: then it has no height. */
interface Box {
  left: number;
  top: number;
  height: number;
}

/** Places what comes later further right, each column centred, with the lines between them. */
export function layoutOf(whole: Graph): Layout {
  const graph = bounded(whole);
  const { columns, routes } = layersOf(graph);
  const heightOf = (column: { isPoint: boolean }[]) =>
    column.reduce((sum, { isPoint }) => sum + (isPoint ? 0 : NODE_HEIGHT) + ROW_GAP, -ROW_GAP);
  const height = MARGIN * 2 + Math.max(NODE_HEIGHT, ...columns.map(heightOf));
  const boxes = new Map<string, Box>();
  for (const [index, column] of columns.entries()) {
    let top = (height - heightOf(column)) / 2;
    for (const { id, isPoint } of column) {
      const own = isPoint ? 0 : NODE_HEIGHT;
      boxes.set(id, { left: MARGIN + index * (NODE_WIDTH + COLUMN_GAP), top, height: own });
      top += own + ROW_GAP;
    }
  }
  return {
    width: MARGIN * 2 + columns.length * NODE_WIDTH + Math.max(0, columns.length - 1) * COLUMN_GAP,
    height,
    nodes: graph.nodes.flatMap((node) => {
      const box = boxes.get(node.id);
      return box ? [{ ...node, left: box.left, top: box.top }] : [];
    }),
    edges: [...routes].map(([edge, route]) => ({
      ...edge,
      line: lineThrough(route.flatMap((id) => boxes.get(id) ?? [])),
    })),
  };
}

/** Curves that leave and arrive level, so that lines do not cross the nodes. */
function lineThrough(boxes: Box[]): string {
  const [first, ...rest] = boxes;
  if (!first) return "";
  const middleOf = ({ top, height }: Box) => top + height / 2;
  let [x, y] = [first.left + NODE_WIDTH, middleOf(first)];
  const parts = [`M ${x} ${y}`];
  for (const box of rest) {
    const [toX, toY] = [box.left, middleOf(box)];
    const middle = (x + toX) / 2;
    parts.push(`C ${middle} ${y}, ${middle} ${toY}, ${toX} ${toY}`);
    [x, y] = [toX, toY];
    if (box.height === 0) {
      x = box.left + NODE_WIDTH;
      parts.push(`H ${x}`);
    }
  }
  return parts.join(" ");
}
