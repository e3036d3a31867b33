import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { evidenceLines, judge, shareWords, strengthWord } from "./evidence";

const BARS: Schemas["BarsView"] = {
  alpha: 0.05,
  harm: Math.log(80),
  suspicion: Math.log(80) / 2,
  certify: Math.log(20),
  assignment: Math.log(1000),
};
const OPEN = { isOpen: true, isWarmUp: false };
const NONE = {
  relative_harm: 0,
  absolute_harm: 0,
  relative_fine: 0,
  absolute_fine: 0,
  stable_absolute_harm: 0,
};

function report(logE: Partial<Schemas["LogE"]>, units = 100): Schemas["GuardrailReport"] {
  const arms = [
    { revision: 1, units: 900, bad: 1 },
    { revision: 2, units, bad: 4 },
  ];
  return { name: "errors", limit: 0.01, arms, log_e: { ...NONE, ...logE }, certified_by: null };
}

test("no requests is neither good nor bad", () => {
  expect(judge(report({}, 0), BARS, OPEN)).toMatchObject({
    tone: "neutral",
    meaning: expect.stringContaining("Nothing is counted"),
  });
});

test("evidence at the bar is called harm, and says how unlikely luck is", () => {
  const judged = judge(report({ relative_harm: Math.log(81) }), BARS, OPEN);
  expect(judged).toMatchObject({ tone: "bad", harm: { share: 1, by: "relative", oneIn: 81 } });
});

test("halfway to the bar holds back steps, a hair below it does not", () => {
  expect(judge(report({ absolute_harm: BARS.suspicion }), BARS, OPEN).tone).toBe("warn");
  expect(judge(report({ absolute_harm: BARS.suspicion - 0.01 }), BARS, OPEN).tone).toBe("neutral");
});

test("a limit that the old revision breaks too is no harm by the new one", () => {
  const judged = judge(report({ absolute_harm: 20, stable_absolute_harm: BARS.harm }), BARS, OPEN);
  expect(judged.harm).toMatchObject({ share: 0, by: "relative" });
});

test("fine is told only when harm is not in sight", () => {
  const fine = { relative_fine: BARS.certify };
  expect(judge(report(fine), BARS, OPEN).tone).toBe("good");
  expect(judge(report({ ...fine, absolute_harm: BARS.suspicion }), BARS, OPEN).tone).toBe("warn");
});

test("how much there is, in words", () => {
  expect([0, 0.3, 0.5, 0.8, 1].map(strengthWord)).toEqual(["none", "some", "strong", "nearly enough", "enough"]);
  expect([-0.05, 0.5, 1, 1.5].map(shareWords)).toEqual(["none", "50 %", "100 %", "far more"]);
});

test("one that has ended is not told to wait", () => {
  expect(judge(report({}), BARS, { isOpen: false, isWarmUp: false }).meaning).toBe(
    "No sign of harm, and too few requests to be sure that errors are fine.",
  );
});

test("values far outside what decides do not flatten the chart", () => {
  const look = { at: "2026-11-20T10:00:00Z", weight_percent: 5, sentence: "", log_e_assignment: 0, stage: 0 };
  const history = [{ ...look, guardrails: [report({ relative_harm: 300, relative_fine: -90 })] }];
  const { x, lines } = evidenceLines(history, "errors", BARS);
  expect(x).toEqual([Date.parse(look.at) / 1000]);
  expect(Math.max(...lines.flatMap(({ values }) => values))).toBe(1.5);
  expect(Math.min(...lines.flatMap(({ values }) => values))).toBeGreaterThan(-0.1);
});

test("enough is the same height for harm and for fine", () => {
  const look = { at: "2026-11-20T10:00:00Z", weight_percent: 5, sentence: "", log_e_assignment: 0, stage: 0 };
  const guardrails = [report({ relative_harm: BARS.harm, absolute_fine: BARS.certify })];
  const { lines } = evidenceLines([{ ...look, guardrails }], "errors", BARS);
  expect(lines.map(({ values }) => values[0])).toEqual([1, 0, 0, 1]);
});
