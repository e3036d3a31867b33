import { expect, it } from "vitest";
import { fitSentence, unsignedSentence } from "./sentence";

const signature = { fits: true, was_read: false, files: 3, unsigned: [] };

it("says what was compared", () => {
  expect(fitSentence(signature)).toBe("The 3 files it is about are stored under the digests that were signed.");
  expect(fitSentence({ ...signature, was_read: true })).toMatch(/^Every byte of all 3 files was read/);
  expect(fitSentence({ ...signature, was_read: true, files: 1 })).toMatch(/^Every byte of the 1 file was read/);
  expect(fitSentence({ ...signature, fits: false })).toMatch(/does not vouch/);
});

it("names files that no verifier looks at only when there are any", () => {
  expect(unsignedSentence(signature)).toBeUndefined();
  expect(unsignedSentence({ ...signature, unsigned: [".git/config"] })).toBe(
    "1 file that verifiers never look at is not signed",
  );
});
