import type { Page } from "@playwright/test";
import { settled } from "../pages/pages";
import { Client } from "../platform/client";
import { person } from "../platform/governance";
import { registerModel } from "../platform/models";
import { sessionOf } from "../platform/start";
import { expect, loggedIn, test } from "../platform/test";

test("a rule is set, somebody else approves, and the version may be named", async ({
  page,
  browser,
  stage,
  client,
}) => {
  const [eva, otto] = [
    await person(stage, client, "eva", "developer"),
    await person(stage, client, "otto", "deployer"),
  ];
  await registerModel(eva, "0", "four-eyes", 1, 2);

  await page.goto("/models/four-eyes");
  await settled(page);
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Alias" }).fill("champion");
  await dialog.getByRole("textbox", { name: "What must have been measured" }).fill("auc >= 0.01");
  await expect(dialog.locator("pre")).toHaveText(
    "roadbed create approval-rule four-eyes@champion --conditions='auc >= 0.01' --approvers=1",
  );
  await dialog.getByRole("button", { name: "Set the rule" }).click();
  const rules = page.getByRole("region", { name: "What aliases ask for" });
  await expect(rules.getByText("metrics.auc >= 0.01")).toBeVisible();

  await page.goto("/models/four-eyes/1");
  await settled(page);
  const standing = (of: Page) =>
    of.getByRole("region", { name: "Approvals" }).getByRole("listitem").filter({ hasText: "@champion" });
  await expect(standing(page).getByText("asks for more")).toBeVisible();
  await expect(standing(page).getByText("nobody yet")).toBeVisible();

  const { page: ottos } = await loggedIn(browser, stage, { session: await sessionOf(otto, stage.url) });
  await ottos.goto("/models/four-eyes/1");
  await settled(ottos);
  await ottos.getByRole("region", { name: "Approvals" }).getByRole("button", { name: "Approve" }).click();
  const form = ottos.getByRole("dialog");
  await form.getByRole("textbox", { name: "What you looked at" }).fill("the holdout of May");
  await form.getByRole("button", { name: "Approve" }).click();
  await expect(standing(ottos).getByText("may name it")).toBeVisible();
  await expect(ottos.getByText("the holdout of May")).toBeVisible();

  await ottos.getByRole("button", { name: "Take back" }).click();
  await form.getByRole("textbox", { name: "Why" }).fill("it leaks the <b>label</b>");
  await form.getByRole("button", { name: "Take it back" }).click();
  await expect(ottos.getByText("taken back by otto: it leaks the <b>label</b>")).toBeVisible();
  await expect(standing(ottos).getByText("asks for more")).toBeVisible();
  await ottos.context().close();
});

test("who registered a version, and who may not approve, are told so", async ({ browser, stage, client }) => {
  const ana = await person(stage, client, "ana", "deployer");
  const { page } = await loggedIn(browser, stage, { session: await sessionOf(ana, stage.url) });
  await page.goto("/models/pricing/1");
  await settled(page);
  await page.getByRole("region", { name: "Approvals" }).getByRole("button", { name: "Approve" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Approve" }).click();
  await expect(dialog.getByText("somebody else must approve it")).toBeVisible();
  await page.context().close();

  const vera = await person(stage, client, "vera", "viewer");
  const { page: veras } = await loggedIn(browser, stage, { session: await sessionOf(vera, stage.url) });
  await veras.goto("/models/pricing/1");
  await settled(veras);
  const button = veras.getByRole("region", { name: "Approvals" }).getByRole("button", { name: "Approve" });
  await expect(button).toHaveAttribute("aria-description", /Needs the role deployer/);
  await veras.context().close();
  await new Client(stage.url, stage.token).json("PUT", "/api/v1/teams/default/members/ana", { role: "developer" });
});

test("a version says what was in production at a moment, and the moment is in the address", async ({
  page,
  client,
}) => {
  const { aliases } = await client.json("GET", "/api/v1/models/pricing/production");
  await page.goto("/models/pricing/1");
  await settled(page);
  const panel = page.getByRole("region", { name: "What was in production" });
  await expect(panel.getByText("Now this version is @release.")).toBeVisible();
  await panel.getByRole("button", { name: "a week ago" }).click();
  await expect(page).toHaveURL(/at=-7d/);
  await expect(panel.getByText(/no alias named a version of this model/)).toBeVisible();
  const since = new Date(Date.parse(aliases[0].since) + 1000).toISOString().slice(0, 19);
  await panel.getByLabel("At this moment").fill(since);
  await expect(page).toHaveURL(new RegExp(`at=${since}Z`));
  await expect(panel.getByText("Then this version was @release.")).toBeVisible();
  await page.reload();
  await expect(panel.getByText("Then this version was @release.")).toBeVisible();
});

test("a version says what loading it would import, and that this holds nothing up", async ({ page }) => {
  await page.goto("/models/pricing/1");
  await settled(page);
  const panel = page.getByRole("region", { name: "What loading it would import" });
  await expect(panel.getByText(/1 import that can run commands/)).toBeVisible();
  await expect(panel.getByText("os.system")).toBeVisible();
  await expect(panel.getByText(/hint and no gate/)).toBeVisible();
});

test("a service says what it answered with at a moment", async ({ page, stage }) => {
  await page.goto("/services/churn?tab=revisions");
  await settled(page);
  const panel = page.getByRole("region", { name: "What it answered with" });
  await expect(panel.getByText(/It answers with/)).toBeVisible();
  await expect(panel.getByRole("link", { name: "churn version 1" })).toBeVisible();
  await expect(panel.getByRole("link", { name: (stage.seeded.modelRun ?? "").slice(0, 8) })).toBeVisible();
  await panel.getByRole("button", { name: "a day ago" }).click();
  await expect(page).toHaveURL(/at=-1d/);
  await expect(panel.getByText(/no release had ended/)).toBeVisible();
});
