import { describe, expect, it } from "vitest";
import { chosenKeys, groupsOf, isSystem, PAGE_CHARTS, pageOf, UNGROUPED } from "./groups";

const keys = ["train/loss", "auc", "layer/10/norm", "layer/2/norm", "train/auc", "/odd"];

describe("groups of metrics", () => {
  it("are what stands before the first slash", () => {
    expect(groupsOf(keys)).toEqual([
      { name: UNGROUPED, count: 2 },
      { name: "layer", count: 2 },
      { name: "train", count: 2 },
    ]);
  });

  it("tell measurements of the machine apart", () => {
    expect(isSystem("system/cpu")).toBe(true);
    expect(isSystem("ecosystem/x")).toBe(false);
  });
});

describe("choosing metrics", () => {
  it("finds every typed word, in any order and case", () => {
    expect(chosenKeys(keys, { text: "NORM layer", group: undefined })).toEqual(["layer/2/norm", "layer/10/norm"]);
  });

  it("keeps to a group", () => {
    expect(chosenKeys(keys, { text: "", group: UNGROUPED })).toEqual(["/odd", "auc"]);
  });
});

describe("pages of charts", () => {
  const many = Array.from({ length: 5000 }, (_, index) => index);

  it("never hold more than what a browser draws at once", () => {
    expect(pageOf(many, 3).items).toHaveLength(PAGE_CHARTS);
    expect(pageOf(many, 3).items[0]).toBe(2 * PAGE_CHARTS);
  });

  it("stay within what there is, whatever the address says", () => {
    expect(pageOf(many, 9999).page).toBe(250);
    expect(pageOf(many, Number.NaN).page).toBe(1);
    expect(pageOf([], 4)).toEqual({ page: 1, pages: 1, items: [] });
  });
});
