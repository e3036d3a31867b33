import { describe, expect, it } from "vitest";
import { type LineageFacts, lineageGraph } from "./graph";

const bare: LineageFacts = {
  run: { id: "r1", name: "first", status: "FINISHED" },
  datasets: [],
  loggedModels: [],
  versions: [],
  services: [],
};
const whole: LineageFacts = {
  ...bare,
  job: "j1",
  commit: "a1b2c3d4e5f6",
  source: "train.py",
  datasets: [{ name: "churn", digest: "d1", context: "training" }],
  loggedModels: [{ id: "m-1", name: "model" }],
  versions: [{ model: "churn", version: 12, aliases: ["champion"] }],
  services: [
    { name: "live", model: "churn/12", health: "healthy" },
    { name: "old", model: "churn/9" },
    { name: "other", model: "fraud/12" },
    { name: "new", model: null },
  ],
};
const names = (facts: LineageFacts) => lineageGraph(facts).nodes.map(({ name }) => name);

describe("the lineage of a run", () => {
  it("is the run alone when nothing else is known", () => {
    expect(lineageGraph(bare)).toEqual({ nodes: [expect.objectContaining({ kind: "run", name: "first" })], edges: [] });
  });

  it("leads from the data through the job and the run to the service", () => {
    const { edges } = lineageGraph(whole);
    const next = (id: string) => edges.filter(({ from }) => from === id).map(({ to }) => to);
    expect(next("data churn d1")).toEqual(["job j1"]);
    expect(next("job j1")).toEqual(["run r1"]);
    expect(next("run r1")).toEqual(["version churn/12"]);
    expect(next("version churn/12")).toContain("service live");
  });

  it("tells services of another version apart, and leaves out those of other models", () => {
    const { edges } = lineageGraph(whole);
    expect(edges.find(({ to }) => to === "service live")?.isLoose).toBeUndefined();
    expect(edges.find(({ to }) => to === "service old")?.isLoose).toBe(true);
    expect(names(whole)).not.toContain("other");
    expect(names(whole)).not.toContain("new");
  });

  it("shows logged models only while none is registered", () => {
    expect(names({ ...whole, versions: [], services: [] })).toContain("model");
    expect(names(whole)).not.toContain("model");
  });
});
