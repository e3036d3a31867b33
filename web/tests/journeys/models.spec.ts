import { settled } from "../pages/pages";
import { expect, test } from "../platform/test";

const NAME = "50% <b>off<b> ü #1?";

test("a model of any name is registered, described, given an alias and deleted", async ({ page, client, stage }) => {
  await page.goto("/models");
  await settled(page);
  await page.getByRole("button", { name: "New model" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("a/b");
  await expect(dialog.getByText("Names cannot contain", { exact: false })).toBeVisible();
  await dialog.getByRole("textbox", { name: "Name" }).fill(NAME);
  await dialog.getByRole("button", { name: "Register" }).click();
  await expect(page.getByRole("heading", { level: 1, name: NAME })).toBeVisible();

  const path = `/api/v1/models/${encodeURIComponent(NAME)}`;
  await client.json("POST", `${path}/versions`, { run: stage.seeded.modelRun, path: "model" });
  await page.reload();
  await page.getByRole("button", { name: "New alias" }).click();
  await dialog.getByRole("textbox", { name: "Alias" }).fill("champion");
  await dialog.getByRole("button", { name: "Set the alias" }).click();
  await expect(page.getByText("@champion was set to")).toBeVisible();
  expect((await client.json("GET", path)).aliases).toEqual({ champion: 1 });

  await page.getByRole("link", { name: "1", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${NAME} version 1` })).toBeVisible();
  await expect(page.getByText("lightgbm").first()).toBeVisible();

  await page.goBack();
  await page.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete the model" }).click();
  await page.waitForURL(/\/models$/);
});

test("who saves a description over another one sees both and loses nothing", async ({ page, client }) => {
  await page.goto("/models/churn");
  await settled(page);
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog");
  await client.json("PATCH", "/api/v1/models/churn", { description: "theirs" });
  await dialog.getByRole("textbox", { name: "Description" }).fill("mine");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Theirs: theirs")).toBeVisible();
  await expect(dialog.getByText("Mine: mine")).toBeVisible();
  await dialog.getByRole("button", { name: "Use these" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await client.json("GET", "/api/v1/models/churn")).description).toBe("mine");
});

test("a version says where it is served and leads to a deploy", async ({ page }) => {
  await page.goto("/models/churn/1");
  await settled(page);
  await expect(page.getByRole("link", { name: "churn", exact: true }).first()).toBeVisible();
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByRole("menuitem", { name: /^churn/ }).click();
  await expect(page).toHaveURL(/\/services\/churn\?deploy=churn\/1/);
  await expect(page.getByRole("dialog")).toBeVisible();
});
