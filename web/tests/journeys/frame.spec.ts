import { settled } from "../pages/pages";
import { expect, loggedIn, test } from "../platform/test";

test("a person finds anything by its name with the keyboard alone", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Search" }).fill("churn");
  await page.getByRole("button", { name: /churn/ }).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).not.toHaveURL(/\/$/);
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jobs");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("an address shows the same view to a colleague in another browser", async ({ page, browser, stage }) => {
  await page.goto("/jobs");
  await page.getByRole("textbox", { name: "Filter by name" }).fill("fail");
  await expect(page).toHaveURL(/q=fail/);
  await expect(page.getByRole("link", { name: "train" })).toHaveCount(0);
  const { page: other } = await loggedIn(browser, stage);
  await other.goto(page.url());
  await expect(other.getByRole("textbox", { name: "Filter by name" })).toHaveValue("fail");
  await expect(other.getByRole("link", { name: "fails" })).toBeVisible();
  await expect(other.getByRole("link", { name: "train" })).toHaveCount(0);
  await page.goBack();
  await other.context().close();
});

test("who lost the session comes back to the same page after the login", async ({ page, client }) => {
  await page.goto("/jobs?q=train");
  await settled(page);
  await page.context().clearCookies();
  await page.reload();
  await expect(page).toHaveURL(/\/login/);
  const link = await client.json("POST", "/api/v1/login-links");
  await page.goto(link.path);
  await expect(page).toHaveURL(/\/jobs\?q=train/);
  await expect(page.getByRole("link", { name: "train" }).first()).toBeVisible();
});

test("a login link leads on to the page it names, and to no other server", async ({ page, client }) => {
  for (const [to, expected] of [
    ["/jobs?q=train", "/jobs?q=train"],
    ["//elsewhere.example/x", "/"],
    ["/login", "/"],
  ] as const) {
    const { path } = await client.json("POST", "/api/v1/login-links");
    await page.goto(path.replace("#", `?to=${encodeURIComponent(to)}#`));
    await expect(page).toHaveURL((url) => url.pathname + url.search === expected);
  }
});

test("colours follow the person's choice and stay", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  await page.getByRole("button", { name: /^You are/ }).click();
  await page.getByRole("menuitem", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  // The login page belongs to the program and not to the portal; it keeps to the same choice.
  await page.context().clearCookies();
  await page.goto("/login");
  await expect(page.getByRole("heading", { name: "Log in to Roadbed" })).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(16, 18, 24)");
});
