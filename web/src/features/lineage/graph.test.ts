import { describe, expect, it } from "vitest";
import { revisionOf, versionGraph } from "./graph";

const node = (id: string, kind: string, name: string, attributes: Record<string, string> = {}) => ({
  id,
  kind,
  name,
  attributes,
});
const answer = {
  nodes: [
    node("commit:a1", "commit", "a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6", { repository: "https://git/x" }),
    node("run:r1", "run", "first", { source: "train.py" }),
    node("dataset:d@1", "dataset", "sales", { digest: "1", context: "training" }),
    node("logged_model:m1", "logged_model", "model"),
    node("version:50% off/3", "version", "50% off/3", { registered_by: "ana" }),
    node("alias:50% off@best", "alias", "50% off@best"),
    node("revision:x", "revision", "a revision 7 revision 12"),
    node("service:y", "service", "a revision 7"),
  ],
  edges: [
    { from: "run:r1", to: "logged_model:m1", kind: "made" },
    { from: "version:50% off/3", to: "revision:x", kind: "became" },
    { from: "revision:x", to: "service:y", kind: "served_by" },
  ],
  truncated: false,
};
const here = "version:50% off/3";

describe("the lineage of a version", () => {
  const { nodes, edges } = versionGraph(answer, here, new Map([["a revision 7", new Map([[12, 1234]])]]));
  const of = (id: string) => nodes.find((each) => each.id === id);

  it("leads to pages, whatever the names are", () => {
    expect(of("run:r1")?.path).toBe("/runs/r1");
    expect(of(here)?.path).toBe("/models/50%25%20off/3");
    expect(of("alias:50% off@best")?.path).toBe("/models/50%25%20off");
    expect(of("revision:x")?.path).toBe("/services/a%20revision%207/revisions?to=12");
    expect(of("commit:a1")?.path).toBeUndefined();
  });

  it("says what things are and what one has to do with the other", () => {
    expect(of("revision:x")).toMatchObject({ what: "Revision 12", name: "a revision 7" });
    expect(of("dataset:d@1")?.about).toBe("training");
    expect(of(here)?.isHere).toBe(true);
    expect(edges[0]?.how).toBe("made by");
  });

  it("ends with what the service answered with this version, and with nothing where that is not known", () => {
    expect(of("predictions:service:y")?.name).toBe("1.23K predictions");
    expect(edges.at(-1)).toMatchObject({ from: "service:y", to: "predictions:service:y" });
    expect(versionGraph(answer, here, new Map()).nodes).toHaveLength(answer.nodes.length);
    expect(versionGraph(answer, here, new Map([["a revision 7", new Map()]])).nodes.at(-1)?.name).toBe("0 predictions");
  });

  it("reads names of revisions from their end", () => {
    expect(revisionOf("a revision 7 revision 12")).toEqual({ service: "a revision 7", number: 12 });
    expect(revisionOf("churn")).toBeUndefined();
  });
});
