import { describe, expect, it } from "vitest";
import { completed, completionAt, keySuggestion } from "./completion";

const at = (filter: string) => completionAt(filter, filter.length);
const texts = (filter: string) => at(filter).suggestions.map(({ text }) => text.trim());

describe("completing a filter", () => {
  it("begins with what can be filtered by", () => {
    expect(texts("")).toContain("metrics.");
    expect(texts("par")).toEqual(["params."]);
  });

  it("asks the server for keys once the kind is written", () => {
    expect(at("metrics.au").keys).toEqual({ kind: "metrics", word: "au" });
    expect(at("metrics.auc > 0.9 and param.`learning r").keys).toEqual({ kind: "params", word: "learning r" });
  });

  it("quotes keys that are no plain word, and keeps the word that was written before the dot", () => {
    expect(keySuggestion("metric.val", "metrics", "val/f1").text).toBe("metric.`val/f1` ");
  });

  it("offers comparisons that make sense: sizes for numbers, patterns for texts", () => {
    expect(texts("metrics.auc ")).toContain(">");
    expect(texts("metrics.auc ")).not.toContain("LIKE");
    expect(texts("params.depth ")).toContain("LIKE");
    expect(texts("params.depth ")).not.toContain(">");
  });

  it("knows the statuses", () => {
    expect(texts("attributes.status = ")).toContain("'FAILED'");
    expect(texts("status = 'FA")).toEqual(["'FAILED'"]);
  });

  it("joins conditions", () => {
    expect(texts("metrics.auc > 0.9 ")).toEqual(["AND"]);
  });

  it("does not take an AND inside a text for the start of a condition", () => {
    expect(at("params.note = 'this and that").suggestions).toEqual([]);
  });

  it("puts the suggestion where the word was, and the caret behind it", () => {
    const filter = "metrics.au > 0.9";
    const completion = completionAt(filter, 10);
    expect(completed(filter, completion, "metrics.auc ")).toEqual({ filter: "metrics.auc > 0.9", caret: 12 });
  });

  it("says nothing where nothing fits", () => {
    expect(at("nonsense.x").suggestions).toEqual([]);
  });
});
