import { settled } from "../pages/pages";
import { expect, test } from "../platform/test";

test("a policy says what it would remove before it is set, and is removed again", async ({ page, client }) => {
  await page.goto("/settings/retention");
  await settled(page);
  await expect(page.getByRole("row", { name: /Every experiment.*after 3,650 days.*after 30 days/ })).toBeVisible();
  await page.getByRole("button", { name: "New policy" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Runs of" }).click();
  await page.getByRole("option", { name: /old-ones/ }).click();
  await dialog.getByLabel("Delete runs that ended so many days ago").fill("36500");
  await expect(dialog.getByText("Next deleted")).toBeVisible();
  await expect(dialog.getByText("nothing").first()).toBeVisible();
  await expect(dialog.locator("pre")).toContainText("--delete-after-days=36500");
  expect((await client.json("GET", "/api/v1/retention")).items).toHaveLength(1);
  await dialog.getByRole("button", { name: "Set the policy" }).click();
  const row = page.getByRole("row", { name: /old-ones/ });
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Remove" }).click();
  await dialog.getByRole("button", { name: "Remove the policy" }).click();
  await expect(row).toHaveCount(0);
});

test("a purge says how much goes, asks for its name, and is done once", async ({ page, client }) => {
  await page.goto("/settings/retention");
  await settled(page);
  const panel = page.getByRole("region", { name: "Purge now" });
  await panel.getByRole("combobox", { name: "Deleted runs of" }).click();
  await page.getByRole("option", { name: /old-ones/ }).click();
  await expect(page).toHaveURL(/purge=\d+/);
  await expect(panel.getByText("Would remove 1 run.")).toBeVisible();
  await panel.getByRole("button", { name: "Purge 1 run" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("pre")).toContainText(/roadbed purge --experiment=\d+ --yes/);
  await expect(dialog.getByRole("button", { name: "Purge them" })).toBeDisabled();
  await dialog.getByRole("textbox").fill("purge");
  await dialog.getByRole("button", { name: "Purge them" }).click();
  await expect(panel.getByText("Would remove nothing.")).toBeVisible();
  const { items } = await client.json("GET", "/api/v1/retention");
  expect(items).toHaveLength(1);
});
