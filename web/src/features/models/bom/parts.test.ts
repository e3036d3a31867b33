import { expect, it } from "vitest";
import type { Schemas } from "../../../api/client";
import { librariesOf, partsSentence } from "./parts";

const part = (type: string, name: string, version?: string): Schemas["BomComponent"] => ({
  type,
  name,
  version: version ?? null,
  hashes: [],
  licenses: [],
  externalReferences: [],
  components: [],
  data: [],
  properties: [],
});

const bom = {
  components: [part("library", "scikit-learn", "1.5"), part("data", "orders"), part("library", "lightgbm")],
  metadata: { component: { ...part("machine-learning-model", "churn"), components: [part("file", "MLmodel")] } },
} as unknown as Schemas["Bom"];

it("lists libraries by name and counts every sort of part", () => {
  expect(librariesOf(bom).map(({ name }) => name)).toEqual(["lightgbm", "scikit-learn"]);
  expect(partsSentence(bom)).toBe("1 file, 2 libraries and 1 data set.");
  expect(partsSentence({ ...bom, components: [] })).toBe("1 file and 0 libraries.");
});
