import { settled } from "../pages/pages";
import { expect, test } from "../platform/test";

test("a version's lineage leads from commit and data to alias, with the keyboard too", async ({ page }) => {
  await page.goto("/models/pricing/1");
  await settled(page);
  await page.getByRole("link", { name: "Lineage", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Lineage of pricing version 1" })).toBeVisible();
  const drawing = page.getByRole("region", { name: /^Lineage, from data to services/ });
  for (const name of ["a1b2c3d4e5", "orders <i>May</i>", "pricing-12-22", "pricing@release"]) {
    await expect(drawing.getByText(name, { exact: false }).first()).toBeVisible();
  }
  await drawing.focus();
  await page.keyboard.press("Tab");
  await expect(drawing.getByRole("link").first()).toBeFocused();
  await drawing.getByRole("link", { name: /pricing-12-22/ }).press("Enter");
  await expect(page).toHaveURL(/\/runs\/[0-9a-f]{32}$/);
});

test("the same stands in a list, which a phone shows first", async ({ page }) => {
  await page.goto("/models/churn/1/lineage");
  await settled(page);
  await page.getByRole("radiogroup", { name: "How it is shown" }).getByText("List", { exact: true }).click();
  await expect(page).toHaveURL(/as=list/);
  const list = page.getByRole("list", { name: "Lineage in words" });
  await expect(list.getByRole("listitem").filter({ hasText: /Revision 1.*serves version churn\/1/ })).toBeVisible();
  await expect(list.getByRole("listitem").filter({ hasText: /Service.*answers with revision 1/ })).toBeVisible();
  await expect(list.getByRole("link", { name: /predictions?$/ })).toBeVisible();
  await page.setViewportSize({ width: 375, height: 800 });
  await page.goto("/models/churn/1/lineage");
  await settled(page);
  await expect(list).toBeVisible();
  await expect(page.getByRole("region", { name: /^Lineage, from data to services/ })).toBeHidden();
});

test("a run leads to the lineage of what was registered from it", async ({ page, stage }) => {
  await page.goto(`/runs/${stage.seeded.modelRun}/lineage`);
  await settled(page);
  await page.getByRole("link", { name: "Lineage of churn/1" }).click();
  await expect(page).toHaveURL(/\/models\/churn\/1\/lineage/);
});
