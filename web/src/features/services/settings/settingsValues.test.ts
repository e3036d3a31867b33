import { expect, test } from "vitest";
import { changedSettings, patchOf, textsOf, yamlOf } from "./settingsValues";

const WRITTEN = {
  concurrency: 16,
  batching: { max_rows: 64, max_delay: "2ms" },
  rollout: { steps: ["5%", "25%"], guardrails: { errors: { limit: "0.5%" } } },
};

test("settings come back from the form as they were: nothing to save", () => {
  const texts = textsOf(WRITTEN);
  expect(texts["settings.rollout.steps"]).toBe("5%, 25%");
  expect(changedSettings(texts, { ...texts, "settings.concurrency": " 16 " })).toEqual([]);
  expect(patchOf(texts, texts)).toEqual({});
});

test("only what changed is sent, so that others' changes stay", () => {
  const base = textsOf(WRITTEN);
  const texts = { ...base, "settings.concurrency": "32", "settings.rollout.guardrails.errors.limit": "" };
  expect(patchOf(base, texts)).toEqual({ concurrency: 32, rollout: { guardrails: { errors: { limit: null } } } });
});

test("without rows there is no batching at all", () => {
  const base = textsOf(WRITTEN);
  const texts = { ...base, "settings.batching.max_rows": "", "settings.batching.max_delay": "" };
  expect(patchOf(base, texts)).toEqual({ batching: null });
});

test("nonsense reaches the server, which knows what to say of it", () => {
  const base = textsOf({});
  expect(patchOf(base, { ...base, "settings.concurrency": "many", "settings.rollout.steps": "5, x" })).toEqual({
    concurrency: "many",
    rollout: { steps: ["5%", "x"] },
  });
});

test("a manifest is shown as people write it", () => {
  expect(yamlOf(WRITTEN)).toBe(
    [
      "concurrency: 16",
      "batching:",
      "  max_rows: 64",
      "  max_delay: 2ms",
      "rollout:",
      "  steps: [5%, 25%]",
      "  guardrails:",
      "    errors:",
      "      limit: 0.5%",
    ].join("\n"),
  );
  expect(yamlOf({ model: "churn@champion", python: "3.10", odd: "a: b" })).toBe(
    'model: churn@champion\npython: "3.10"\nodd: "a: b"',
  );
});
