import { expect, it } from "vitest";
import { downloadPath, leadsTo } from "./paths";

it("writes names of files so that they stay names", () => {
  expect(downloadPath("0a", "plots/a b?#%.png")).toBe("/api/v1/runs/0a/artifacts/plots/a%20b%3F%23%25.png");
});

it("opens the folders on the way to a file, and no other", () => {
  expect(leadsTo("plots", "plots/2026/roc.png")).toBe(true);
  expect(leadsTo("plots", "plots")).toBe(true);
  expect(leadsTo("plot", "plots/roc.png")).toBe(false);
  expect(leadsTo("plots", undefined)).toBe(false);
});
