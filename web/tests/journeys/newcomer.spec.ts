import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Locator } from "@playwright/test";
import { settled } from "../pages/pages";
import { Client } from "../platform/client";
import { startPlatform, stopPlatform } from "../platform/start";
import { expect, test, watch } from "../platform/test";

/** Clicks and filled fields, from the address of the login link to the first answer of one's own model. */
const MOST_INPUTS = 8;

/** Packages of the template: from uv's cache, or from an index where one can be reached. */
async function hasPackages(folder: string): Promise<boolean> {
  const requirements = new URL("../../../templates/sklearn/requirements.txt", import.meta.url).pathname;
  const found = promisify(execFile)("uv", ["pip", "compile", "--quiet", requirements], {
    cwd: folder,
    timeout: 60_000,
  });
  return found.then(
    () => true,
    () => false,
  );
}

test("who is new here comes from an empty platform to an answer of a model in eight inputs", async ({ browser }) => {
  // The first environment is built in it, the model is trained in it, and the gateway loads it with the same packages.
  test.setTimeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "roadbed-newcomer-"));
  const { process: child, stage } = await startPlatform(folder, ["--stop-jobs"]);
  const context = await browser.newContext({ baseURL: stage.url, locale: "en-US", timezoneId: "UTC" });
  try {
    test.skip(!(await hasPackages(folder)), "the packages of the template cannot be had here");
    const client = new Client(stage.url, stage.token);
    const page = await context.newPage();
    const trespasses = watch(page, stage.url);
    let inputs = 0;
    const click = async (target: Locator, timeout = 15_000) => {
      await target.click({ timeout });
      inputs += 1;
    };

    await page.goto((await client.json("POST", "/api/v1/login-links")).path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Home");
    await expect(page.getByText("First steps: 0 of 6 done")).toBeVisible();
    await settled(page);
    await click(page.getByRole("link", { name: "Make a project" }));
    await click(page.getByRole("button", { name: /^Use this template: Train and serve/ }));
    await page.getByRole("textbox", { name: "Name of the project" }).fill("churn");
    inputs += 1;
    await click(page.getByRole("button", { name: "Next" }));
    await click(page.getByRole("button", { name: "Create and run" }));
    await expect(page.getByRole("link", { name: "churn/1" })).toBeVisible({ timeout: 300_000 });
    await click(page.getByRole("button", { name: "Deploy churn/1" }));
    await click(page.getByRole("dialog").getByRole("button", { name: "Deploy", exact: true }));
    await click(page.getByRole("button", { name: "Try it" }), 240_000);
    await expect(page.getByText(/^200 in /)).toBeVisible();
    await expect(page.getByText(/"predictions": \[/)).toBeVisible();
    await expect(page.getByText("It runs and answers.")).toBeVisible();

    expect(inputs).toBeLessThanOrEqual(MOST_INPUTS);
    expect((await client.json("GET", "/api/v1/services/churn")).model).toBe("churn/1");
    expect(trespasses).toEqual({ offOrigin: [], errors: [] });
  } finally {
    await context.close();
    await stopPlatform(child);
    rmSync(folder, { recursive: true, force: true });
  }
});
