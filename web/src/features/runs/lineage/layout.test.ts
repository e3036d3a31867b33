import { describe, expect, it } from "vitest";
import type { Graph, NodeKind } from "./graph";
import { layoutOf, NODE_HEIGHT, NODE_WIDTH } from "./layout";

const node = (id: string, kind: NodeKind) => ({ id, kind, what: "x", name: id });
const graph: Graph = {
  nodes: [node("s", "service"), node("r", "run"), node("d1", "data"), node("d2", "data")],
  edges: [
    { from: "d1", to: "r" },
    { from: "d2", to: "r" },
    { from: "r", to: "s" },
    { from: "r", to: "gone" },
  ],
};

describe("the picture of a lineage", () => {
  const layout = layoutOf(graph);
  const at = (id: string) => layout.nodes.find((each) => each.id === id) ?? { left: Number.NaN, top: Number.NaN };

  it("puts what comes later further right, without empty columns", () => {
    expect(at("d1").left).toBeLessThan(at("r").left);
    expect(at("r").left).toBeLessThan(at("s").left);
    expect(layout.width).toBeLessThan(4 * (NODE_WIDTH + 66));
  });

  it("lets nothing overlap and nothing stand outside", () => {
    expect(Math.abs(at("d1").top - at("d2").top)).toBeGreaterThanOrEqual(NODE_HEIGHT);
    for (const { left, top } of layout.nodes) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + NODE_WIDTH).toBeLessThanOrEqual(layout.width);
      expect(top + NODE_HEIGHT).toBeLessThanOrEqual(layout.height);
    }
  });

  it("draws only lines between things that are there", () => {
    expect(layout.edges).toHaveLength(3);
  });

  it("draws a single thing too", () => {
    expect(layoutOf({ nodes: [node("r", "run")], edges: [] }).nodes).toHaveLength(1);
  });
});
