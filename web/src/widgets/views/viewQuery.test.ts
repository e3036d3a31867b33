import { describe, expect, it } from "vitest";
import { viewChanges, viewQuery } from "./viewQuery";

const NAMES = ["q", "sort", "cols"];

describe("saved views", () => {
  it("keep what the page shows, not where the visitor is in it or whose things are looked at", () => {
    expect(viewQuery("?sort=-auc&page=3&team=red&q=a+b", NAMES)).toBe("q=a+b&sort=-auc");
  });

  it("are equal when they show the same", () => {
    expect(viewQuery("sort=x&q=y", NAMES)).toBe(viewQuery("q=y&cols=&sort=x", NAMES));
  });

  it("drop what they do not hold when they are opened", () => {
    expect(viewChanges("q=y", NAMES)).toEqual({ q: "y", sort: undefined, cols: undefined });
  });
});
