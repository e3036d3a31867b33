import AxeBuilder from "@axe-core/playwright";
import { settled } from "../pages/pages";
import { person } from "../platform/governance";
import { registerModel } from "../platform/models";
import { Receiver } from "../platform/receiver";
import { sessionOf } from "../platform/start";
import { expect, loggedIn, test } from "../platform/test";

test("an address is told: refused at the field, made, tested, delivered, sent again, changed and deleted", async ({
  page,
  client,
}) => {
  const receiver = await Receiver.start();
  await page.goto("/settings/webhooks");
  await settled(page);
  await page.getByRole("button", { name: "New webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("-no");
  await expect(dialog.getByText(/must start and end with a letter or digit/)).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await dialog.getByRole("textbox", { name: "Name" }).fill("deployer");
  await dialog.getByRole("textbox", { name: "Address" }).fill("ftp://files.example.com/");
  await expect(dialog.getByText(/Invalid webhook URL scheme/)).toBeVisible();
  await dialog.getByRole("textbox", { name: "Address" }).fill(receiver.url("/told"));
  await dialog.getByRole("button", { name: "Make the webhook" }).click();
  await expect(dialog.getByText("Webhook events cannot be empty")).toBeVisible();
  await dialog.getByRole("checkbox", { name: "a version was registered" }).check();
  await dialog.getByLabel("Secret", { exact: true }).fill("only-set");
  await expect(dialog.locator("pre")).toContainText('--secret="$WEBHOOK_SECRET"');
  await expect(dialog.locator("pre")).not.toContainText("only-set");
  await dialog.getByRole("button", { name: "Make the webhook" }).click();
  await expect(page.getByRole("row", { name: /^deployer unused/ })).toBeVisible();

  await page.getByRole("link", { name: "deployer" }).click();
  await expect(page.getByText("Nothing was sent yet")).toBeVisible();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await expect(dialog.locator("pre")).toHaveText("roadbed test webhook deployer --event=model_version.created");
  await dialog.getByRole("button", { name: "Send the example" }).click();
  await expect(dialog.getByText("It arrived: the receiver answered 200")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(receiver.received[0]?.headers["x-mlflow-signature"]).toMatch(/^v1,/);

  await registerModel(client, "0", "told-of", 3, 4);
  const row = page.getByRole("row", { name: /model_version.created delivered HTTP 200/ });
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Look at model_version.created" }).click();
  await expect(dialog.getByText('"name": "told-of"')).toBeVisible();
  await page.keyboard.press("Escape");
  await row.getByRole("button", { name: "Send again" }).click();
  await expect(dialog.locator("pre")).toHaveText(/^roadbed update delivery deployer\/[0-9a-f-]+$/);
  await dialog.getByRole("button", { name: "Send it again" }).click();
  await expect.poll(() => receiver.count("/told")).toBe(3);
  const [, first, again] = receiver.received;
  expect(again?.headers["x-mlflow-delivery-id"]).toBe(first?.headers["x-mlflow-delivery-id"]);

  await page.getByRole("button", { name: "Change" }).click();
  await expect(dialog.getByLabel("Another secret")).toHaveValue("");
  await dialog.getByRole("switch", { name: "Switched on" }).uncheck({ force: true });
  await expect(dialog.locator("pre")).toHaveText(/^roadbed update webhook deployer --enabled=false --if-match=\d+$/);
  await dialog.getByRole("button", { name: "Change it" }).click();
  await expect(page.getByText("switched off")).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete the webhook" }).click();
  await expect(page.getByRole("row", { name: /^broken failing/ })).toBeVisible();
  await expect(page.getByRole("link", { name: "deployer" })).toHaveCount(0);
  receiver.stop();
});

test("a webhook that fails says why, and deliveries are narrowed by their state", async ({ page, stage }) => {
  await page.goto(`/settings/webhooks/${stage.seeded.failingWebhook}`);
  await settled(page);
  await expect(page.getByText(/failing, \d+ in a row/)).toBeVisible();
  await expect(page.getByRole("row", { name: /waiting/ }).first()).toBeVisible();
  await page.getByText("Given up").click();
  await expect(page).toHaveURL(/state=given_up/);
  await expect(page.getByText("None is in this state")).toBeVisible();
});

test("a team without webhooks and keys is taught how they come about", async ({ page }) => {
  await page.route(/\/api\/v1\/(webhooks|signing-keys)(\?|$)/, (route) => route.fulfill({ json: { items: [] } }));
  for (const [path, title, command] of [
    ["/settings/webhooks", "Nobody is told of anything", "roadbed create webhook ci"],
    ["/settings/signing-keys", "No key yet", "roadbed sign churn/3"],
  ] as const) {
    await page.goto(path);
    await settled(page);
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    await expect(page.locator("pre")).toContainText(command);
  }
});

test("who may not see webhooks is told whom to ask", async ({ browser, stage, client }) => {
  const vera = await person(stage, client, "vera", "viewer");
  const { page } = await loggedIn(browser, stage, { session: await sessionOf(vera, stage.url) });
  for (const path of ["/settings/webhooks", `/settings/webhooks/${stage.seeded.webhook}`]) {
    await page.goto(path);
    await settled(page);
    await expect(page.getByText(/needs the role admin/)).toBeVisible();
  }
  await page.context().close();
});
