import { describe, expect, it } from "vitest";
import { BLOCK_LINES, KeptLines, LineCutter, matchingLines } from "./lines";

describe("lines of a log", () => {
  it("joins what was cut in the middle of a line", () => {
    const cutter = new LineCutter();
    expect(cutter.add("epoch 1\nepo")).toEqual(["epoch 1"]);
    expect(cutter.add("ch 2\n")).toEqual(["epoch 2"]);
    expect(cutter.end()).toEqual([]);
  });

  it("keeps a last line without an end", () => {
    const cutter = new LineCutter();
    cutter.add("done");
    expect(cutter.end()).toEqual(["done"]);
  });

  it("shows what a terminal would show of progress bars and colours", () => {
    const cutter = new LineCutter();
    expect(cutter.add("10%\r50%\r100%\r\n\u001b[31merror\u001b[0m\n")).toEqual(["100%", "error"]);
  });

  it("finds lines whatever their case", () => {
    expect(matchingLines(["ok", "An Error", "fine", "ERROR 2"], "error")).toEqual([1, 3]);
    expect(matchingLines(["ok"], "")).toEqual([]);
  });
});

describe("a log that is longer than what is kept", () => {
  it("lets the oldest blocks go and counts them", () => {
    const kept = new KeptLines(20_000);
    for (let line = 1; line <= 10_000; line += 1) kept.add([`line ${line}`]);
    expect(kept.total).toBe(10_000);
    expect(kept.dropped % BLOCK_LINES).toBe(0);
    expect(kept.lines[0]).toBe(`line ${kept.dropped + 1}`);
    expect(kept.lines.at(-1)).toBe("line 10000");
    expect(kept.lines.join("\n").length).toBeLessThanOrEqual(20_000);
  });

  it("keeps a short one whole", () => {
    const kept = new KeptLines();
    kept.add(["one", "two"]);
    expect([kept.dropped, kept.total]).toEqual([0, 2]);
  });
});
