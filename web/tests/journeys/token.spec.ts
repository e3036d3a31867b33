import { settled } from "../pages/pages";
import { expect, test } from "../platform/test";

test("a token made here is shown once, works, and stops when it is revoked", async ({ page, stage }) => {
  await page.goto("/settings/tokens");
  await settled(page);
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("from-the-portal");
  await page.getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: "Your new token" });
  const secret = (await shown.locator("pre").first().textContent())?.trim() ?? "";
  expect(secret).toMatch(/^rb_/);
  const ask = () => fetch(`${stage.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
  expect((await ask()).status).toBe(200);
  await shown.getByRole("button", { name: "Close" }).or(shown.locator("button.mantine-Modal-close")).first().click();
  await page.reload();
  await settled(page);
  expect(await page.content()).not.toContain(secret);
  const row = page.getByRole("row", { name: /from-the-portal/ });
  await row.getByRole("button", { name: "Revoke" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("pre")).toContainText("roadbed delete token");
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(row).toHaveCount(0);
  expect((await ask()).status).toBe(401);
});

test("what the server refuses stands at its field", async ({ page }) => {
  await page.goto("/settings/tokens?new=1");
  await settled(page);
  await page.getByRole("textbox", { name: "Name" }).fill("x".repeat(101));
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveAttribute("aria-invalid", "true");
});
