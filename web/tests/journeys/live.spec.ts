import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settled } from "../pages/pages";
import { commandLine, until } from "../platform/client";
import { startPlatform, stopPlatform } from "../platform/start";
import { expect, loggedIn, test } from "../platform/test";

test("a change made in a terminal shows up without a reload", async ({ page, stage }) => {
  await page.goto("/settings/members");
  await settled(page);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await commandLine(stage, ["create", "member", "newcomer", "--role", "viewer"]);
  await expect(page.getByRole("cell", { name: "newcomer" })).toBeVisible();
});

test("control that hangs and is killed leaves a page that says so and comes back by itself", async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), "roadbed-live-"));
  const { process: child, stage } = await startPlatform(folder);
  try {
    const { page } = await loggedIn(browser, stage);
    await page.goto("/services");
    await settled(page);
    await expect(page.getByText("live", { exact: true })).toBeVisible();
    const control = () => Number(JSON.parse(readFileSync(join(stage.data, "server.json"), "utf8")).control_pid);
    const before = control();
    // Stopped first: the launcher would have a new one up before a person could see it.
    process.kill(before, "SIGSTOP");

    process.kill(before, "SIGKILL");
    await expect(page.getByText("live", { exact: true })).toBeVisible();
    await until("a new control", async () => control() !== before);
    await expect(page.getByText("Reconnecting: the server")).toHaveCount(0);
    await commandLine(stage, ["create", "project", "made-later"]);
    await page.goto("/");
    await page.getByRole("button", { name: /^Project:/ }).click();
    await expect(page.getByRole("menuitem", { name: "made-later" })).toBeVisible();
    await page.context().close();
  } finally {
    await stopPlatform(child);
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a server that is away for a while is told, and what is shown counts as stale", async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), "roadbed-away-"));
  const first = await startPlatform(folder);
  const port = new URL(first.stage.url).port;
  const { page } = await loggedIn(browser, first.stage);
  await page.goto("/services");
  await settled(page);
  await stopPlatform(first.process);
  await expect(page.getByText("Reconnecting: the server")).toBeVisible();
  await expect(page.getByText("may be stale")).toBeVisible();
  const again = await startPlatform(folder, [], `127.0.0.1:${port}`);
  try {
    await expect(page.getByText("Reconnecting: the server")).toHaveCount(0);
    await expect(page.getByText("live", { exact: true })).toBeVisible();
  } finally {
    await page.context().close();
    await stopPlatform(again.process);
    rmSync(folder, { recursive: true, force: true });
  }
});

test("eight tabs of one browser all load pages: they share one stream", async ({ page }) => {
  const context = page.context();
  let streams = 0;
  context.on("request", (request) => {
    if (request.url().includes("/api/v1/events")) streams += 1;
  });
  await page.goto("/jobs");
  await settled(page);
  for (let tab = 0; tab < 7; tab += 1) {
    const other = await context.newPage();
    await other.goto("/jobs");
    await settled(other);
    await expect(other.getByText("live", { exact: true })).toBeVisible();
  }
  expect(streams).toBe(1);
});
