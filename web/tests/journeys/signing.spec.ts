import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { settled } from "../pages/pages";
import { person } from "../platform/governance";
import { registerModel } from "../platform/models";
import { sessionOf } from "../platform/start";
import { expect, loggedIn, test } from "../platform/test";

test("a version is signed, checked to the last byte, and can be checked elsewhere", async ({ page, client }) => {
  await registerModel(client, "0", "signed-once", 3, 4);
  await page.goto("/models/signed-once/1");
  await settled(page);
  const panel = page.getByRole("region", { name: "Signature" });
  await expect(panel.getByText("Nobody signed this version.")).toBeVisible();
  await expect(panel.locator("pre")).toHaveText("roadbed sign signed-once/1");
  await panel.getByRole("button", { name: "Sign", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("pre")).toHaveText("roadbed sign signed-once/1");
  await dialog.getByRole("button", { name: "Sign the files" }).click();
  await expect(panel.getByText("fits", { exact: true })).toBeVisible();
  await expect(panel.getByText("The 2 files it is about are stored under the digests that were signed.")).toBeVisible();
  await expect(panel.getByRole("button", { name: /^Sign/ })).toHaveCount(0);
  await panel.getByRole("button", { name: "Read every byte" }).click();
  await expect(panel.getByText("Every byte of all 2 files was read")).toBeVisible();
  await expect(panel.getByText("model_signing verify key DOWNLOADED")).toBeVisible();

  const download = async (name: string) => {
    const waits = page.waitForEvent("download");
    await panel.getByRole("link", { name: `Download ${name}` }).click();
    const file = await waits;
    expect(file.suggestedFilename()).toBe(name);
    return readFileSync(await file.path(), "utf8");
  };
  expect(JSON.parse(await download("model.sig")).mediaType).toContain("sigstore.bundle");
  expect(await download("team.pem")).toContain("BEGIN PUBLIC KEY");
});

test("a new key retires the one before it, whose signatures stay good", async ({ page, client }) => {
  await registerModel(client, "0", "signed-before", 3, 4);
  await client.json("POST", "/api/v1/models/signed-before/versions/1/signature");
  await page.goto("/settings/signing-keys");
  await settled(page);
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("n".repeat(101));
  await expect(dialog.getByText("1 to 100 characters")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Name" }).fill("of the spring");
  await expect(dialog.locator("pre")).toHaveText("roadbed create signing-key 'of the spring'");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByRole("row", { name: /^of the spring.*current/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /^2026.*retired/ })).toBeVisible();
  await page.getByRole("button", { name: "Public half of of the spring" }).click();
  await expect(dialog.locator("pre").first()).toContainText("BEGIN PUBLIC KEY");

  await page.goto("/models/signed-before/1");
  await settled(page);
  const panel = page.getByRole("region", { name: "Signature" });
  await expect(panel.getByText("fits", { exact: true })).toBeVisible();
  await expect(panel.getByText(/signs no more and stays good/)).toBeVisible();
  await panel.getByRole("button", { name: "Sign again" }).click();
  await dialog.getByRole("button", { name: "Sign the files" }).click();
  await expect(panel.getByRole("link", { name: "of the spring" })).toBeVisible();
});

test("a signature that does not fit says why, and is offered anew", async ({ page, stage }) => {
  const path = "/api/v1/models/pricing/versions/1/signature";
  await page.route(`${stage.url}${path}**`, async (route) => {
    const answer = await (await route.fetch()).json();
    const faults = ["the files of the version are not those that were signed", "<b>model.lgb</b> was changed"];
    await route.fulfill({ json: { ...answer, fits: false, faults, unsigned: [".git/config"] } });
  });
  await page.goto("/models/pricing/1");
  await settled(page);
  const panel = page.getByRole("region", { name: "Signature" });
  await expect(panel.getByText("does not fit")).toBeVisible();
  await expect(panel.getByText("the files of the version are not those that were signed")).toBeVisible();
  await expect(panel.getByText("<b>model.lgb</b> was changed")).toBeVisible();
  await expect(panel.getByText("1 file that verifiers never look at is not signed")).toBeVisible();
  await expect(panel.getByRole("button", { name: "Sign again" })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test("who may not sign and make keys is told whom to ask", async ({ browser, stage, client }) => {
  const vera = await person(stage, client, "vera", "viewer");
  const { page } = await loggedIn(browser, stage, { session: await sessionOf(vera, stage.url) });
  await page.goto("/models/churn/2");
  await settled(page);
  const sign = page.getByRole("region", { name: "Signature" }).getByRole("button", { name: "Sign", exact: true });
  await expect(sign).toHaveAttribute("aria-description", /Needs the role deployer/);
  await page.goto("/settings/signing-keys");
  await settled(page);
  await expect(page.getByRole("button", { name: "New key" })).toHaveAttribute(
    "aria-description",
    /Needs the role admin/,
  );
  await page.context().close();
});

test("a version says what it is made of, and its card what people wrote", async ({ page }) => {
  await page.goto("/models/pricing/1");
  await settled(page);
  const bill = page.getByRole("region", { name: "Bill of materials" });
  await expect(bill.getByText(/4 libraries and 1 data set\./)).toBeVisible();
  await expect(bill.getByRole("listitem").filter({ hasText: "scikit-learn" })).toContainText("1.5.2");
  const waits = page.waitForEvent("download");
  await bill.getByRole("link", { name: "Download the bill of materials as JSON" }).click();
  const file = await waits;
  expect(file.suggestedFilename()).toBe("pricing-1.cdx.json");
  expect(JSON.parse(readFileSync(await file.path(), "utf8")).bomFormat).toBe("CycloneDX");

  await page.getByRole("link", { name: "Model card" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Model card of pricing version 1");
  await expect(page.getByText("Written by people, in the description of the version")).toBeVisible();
  await expect(page.getByText("**Prices** of <script>window.hacked=1</script>", { exact: false })).toBeVisible();
  await expect(page.getByRole("region", { name: "What nobody looked at" }).getByRole("listitem").first()).toBeVisible();
  await expect(page.getByText(/dora agreed to @release/)).toBeVisible();
  const card = page.waitForEvent("download");
  await page.getByRole("link", { name: "Markdown" }).click();
  const markdown = await card;
  expect(markdown.suggestedFilename()).toBe("pricing-1.md");
  expect(readFileSync(await markdown.path(), "utf8")).toContain("# Model card: pricing/1");
});
