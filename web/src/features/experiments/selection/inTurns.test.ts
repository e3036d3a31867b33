import { expect, it } from "vitest";
import { inTurns } from "./inTurns";

it("does everything once, a few at a time", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await inTurns([1, 2, 3, 4, 5, 6, 7], async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    done.push(item);
  });
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBeLessThanOrEqual(3);
});

it("tells of a refusal", async () => {
  await expect(inTurns([1, 2], () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});
