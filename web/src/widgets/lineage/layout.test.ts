import { describe, expect, it } from "vitest";
import { bounded, type Graph, MOST_OF_A_KIND } from "./graph";
import { layoutOf, NODE_HEIGHT, NODE_WIDTH } from "./layout";

const node = (id: string, kind = id) => ({ id, kind, what: "x", name: id });
const edge = (text: string) => {
  const [from = "", to = ""] = text.split(">");
  return { from, to };
};
const graph: Graph = {
  nodes: [node("s", "service"), node("r", "run"), node("d1", "data"), node("d2", "data")],
  edges: ["d1>r", "d2>r", "r>s", "r>gone", "r>r"].map(edge),
};
const placesOf = (drawn: Graph) => {
  const layout = layoutOf(drawn);
  const at = (id: string) => layout.nodes.find((each) => each.id === id) ?? { left: Number.NaN, top: Number.NaN };
  return { layout, at };
};

describe("the picture of a lineage", () => {
  const { layout, at } = placesOf(graph);

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
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top + NODE_HEIGHT).toBeLessThanOrEqual(layout.height);
    }
  });

  it("draws only lines between things that are there", () => {
    expect(layout.edges.map(({ from, to }) => `${from}>${to}`)).toEqual(["d1>r", "d2>r", "r>s"]);
  });

  it("draws a single thing and nothing at all too", () => {
    expect(layoutOf({ nodes: [node("r")], edges: [] }).nodes).toHaveLength(1);
    expect(layoutOf({ nodes: [], edges: [] }).nodes).toEqual([]);
  });

  it("leads a line that passes columns around the things in them", () => {
    const chain = placesOf({ nodes: ["a", "b", "c"].map((id) => node(id)), edges: ["a>b", "b>c", "a>c"].map(edge) });
    const b = chain.at("b");
    const long = chain.layout.edges.find(({ from, to }) => from === "a" && to === "c");
    const passes = Number(/ (-?[\d.]+) H /.exec(long?.line ?? "")?.[1]);
    expect(passes < b.top || passes > b.top + NODE_HEIGHT, `${passes} and ${b.top}`).toBe(true);
  });

  it("puts what begins a line just before what comes from it", () => {
    const { at: place } = placesOf({
      nodes: ["commit", "job", "run", "data"].map((id) => node(id)),
      edges: ["commit>job", "job>run", "data>run"].map(edge),
    });
    expect(place("data").left).toBe(place("job").left);
  });

  it("ends with things that come from each other", () => {
    const { layout: ring } = placesOf({
      nodes: ["a", "b", "c"].map((id) => node(id)),
      edges: ["a>b", "b>a", "b>c"].map(edge),
    });
    expect(ring.nodes).toHaveLength(3);
    expect(ring.edges).toHaveLength(3);
  });

  it("keeps lines of neighbours from crossing", () => {
    const { at: place } = placesOf({
      nodes: [node("a1", "a"), node("a2", "a"), node("b2", "b"), node("b1", "b")],
      edges: ["a1>b1", "a2>b2"].map(edge),
    });
    expect(Math.sign(place("a1").top - place("a2").top)).toBe(Math.sign(place("b1").top - place("b2").top));
  });
});

describe("a lineage of many things", () => {
  const nodes = [...Array.from({ length: 40 }, (_, index) => node(`d${index}`, "data")), node("r", "run")];
  const many = { nodes, edges: nodes.slice(0, -1).map(({ id }) => ({ from: id, to: "r" })) };

  it("counts what would be too much to draw, and keeps its line", () => {
    const { nodes: kept, edges } = bounded(many);
    expect(kept.filter(({ kind }) => kind === "data")).toHaveLength(MOST_OF_A_KIND + 1);
    expect(kept.some(({ name }) => name === "28 more")).toBe(true);
    expect(edges).toHaveLength(MOST_OF_A_KIND + 1);
  });

  it("draws what the page is about whatever its place", () => {
    const here = { ...many, nodes: many.nodes.map((each) => ({ ...each, isHere: each.id === "d39" })) };
    expect(bounded(here).nodes.some(({ id }) => id === "d39")).toBe(true);
  });
});
