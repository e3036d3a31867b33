import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settled } from "../pages/pages";
import { Client, type Stage, until } from "../platform/client";
import { registerModel } from "../platform/models";
import { startPlatform, stopPlatform } from "../platform/start";
import { expect, loggedIn, test } from "../platform/test";

const folder = mkdtempSync(join(tmpdir(), "roadbed-services-"));
let child: ChildProcess;
let stage: Stage;
let client: Client;

/** Two revisions of one service, the second one in charge. */
async function deployTwice(): Promise<void> {
  for (const [low, high] of [
    [10, 20],
    [11, 21],
  ] as const) {
    const { version } = await registerModel(client, "0", "churn", low, high);
    await client.json("POST", "/api/v1/services/churn/deploy", { model: `churn/${version}`, strategy: "all_at_once" });
    const revision = low - 9;
    await until("the revision", async () => (await service()).revision === revision);
  }
}

const service = () => client.json("GET", "/api/v1/services/churn");

test.beforeAll(async () => {
  ({ process: child, stage } = await startPlatform(folder));
  client = new Client(stage.url, stage.token);
  await deployTwice();
});

test.afterAll(async () => {
  await stopPlatform(child);
  rmSync(folder, { recursive: true, force: true });
});

test("two people who edit the settings both see what the other wrote", async ({ browser }) => {
  const { page } = await loggedIn(browser, stage);
  await page.goto("/services/churn/settings");
  await settled(page);
  await page.getByLabel("Requests at one time").fill("32");
  await page.getByLabel("Decide within").fill("2h");
  const { version } = await service();
  const theirs = { settings: { concurrency: 16, workers: 2 } };
  await client.json("PATCH", "/api/v1/services/churn", theirs, { "if-match": String(version) });
  await expect(page.getByText("Somebody saved this while you edited it")).toBeVisible();
  await page.getByRole("radio", { name: "Theirs: 16" }).check();
  await page.getByRole("button", { name: "Use these" }).click();
  await expect(page.getByLabel("Decide within")).toHaveValue("2h");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("The settings are saved")).toBeVisible();
  const written = (await service()).settings_as_written;
  expect(written).toEqual({ concurrency: 16, workers: 2, rollout: { decide_by: "2h" } });
  await page.context().close();
});

test("what is wrong with a setting stands at the setting, in the server's words", async ({ browser }) => {
  const { page } = await loggedIn(browser, stage);
  await page.goto("/services/churn?tab=settings");
  await settled(page);
  await page.getByLabel("Steps", { exact: true }).fill("5, 3");
  await expect(page.getByText(/steps must be .* rising shares/)).toBeVisible();
  expect((await service()).settings_as_written.rollout).not.toHaveProperty("steps");
  await page.context().close();
});

test("a form of the model's inputs gets an answer, with the revision that gave it", async ({ browser }) => {
  const { page, trespasses } = await loggedIn(browser, stage);
  await page.goto("/services/churn?tab=try");
  await settled(page);
  await page.getByLabel(/^a/).fill("0.9");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText("200 answered")).toBeVisible();
  await expect(page.getByText('"predictions": [21]')).toBeVisible();
  expect(trespasses).toEqual({ offOrigin: [], errors: [] });
  await page.context().close();
});

test("a release is undone from Home in three clicks, and Activity names who did it", async ({ browser }) => {
  const { page, trespasses } = await loggedIn(browser, stage);
  await page.goto("/");
  await page.getByRole("link", { name: "churn", exact: true }).first().click();
  await page.getByRole("button", { name: "Roll back", exact: true }).click();
  await expect(page.getByText("What it does not undo")).toBeVisible();
  await page.getByRole("button", { name: "Roll back to revision 1" }).click();
  await until("revision 1", async () => (await service()).revision === 1, 5);
  await page.getByRole("tab", { name: "Activity" }).click();
  const entry = page.getByRole("listitem").filter({ hasText: "rolled back" }).first();
  await expect(entry).toContainText("admin");
  expect(trespasses).toEqual({ offOrigin: [], errors: [] });
  await page.context().close();
});
