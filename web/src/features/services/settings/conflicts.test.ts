import { expect, test } from "vitest";
import { conflictsOf } from "./conflicts";
import { textsOf } from "./settingsValues";

const base = textsOf({ concurrency: 8, workers: 1 });

test("what only they changed keeps theirs by default, what only I changed is offered too", () => {
  const theirs = textsOf({ concurrency: 16, workers: 1 });
  const mine = textsOf({ concurrency: 8, workers: 2 });
  expect(conflictsOf(base, theirs, mine).map(({ name, theirs, mine }) => [name, theirs, mine])).toEqual([
    ["settings.concurrency", "16", "8"],
    ["settings.workers", "1", "2"],
  ]);
});

test("the same change twice is no conflict", () => {
  const both = textsOf({ concurrency: 16, workers: 1 });
  expect(conflictsOf(base, both, both)).toEqual([]);
});
