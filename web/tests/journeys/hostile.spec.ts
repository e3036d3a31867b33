import { settled } from "../pages/pages";
import { expect, test } from "../platform/test";

test("names made to break pages stay names", async ({ page, stage }) => {
  for (const path of [
    "/experiments",
    `/experiments/${stage.seeded.experiment}`,
    "/activity",
    "/models/pricing/1",
    "/models/pricing/1/card",
    "/settings/approvals",
    "/settings/signing-keys",
    `/settings/webhooks/${stage.seeded.webhook}`,
    `/traces?experiment=${stage.seeded.traceExperiment}`,
    `/traces/${stage.seeded.hostileTrace}`,
    `/traces/${stage.seeded.trace}`,
  ]) {
    await page.goto(path);
    await settled(page);
    await expect(page.getByText("<img src=x", { exact: false }).first()).toBeVisible();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }
});

test("markup that a run logged is shown as text or offered as a file, never run", async ({ page, stage }) => {
  await page.goto(`/runs/${stage.seeded.modelRun}/artifacts?path=notes/report.html`);
  await settled(page);
  await expect(page.getByText("<h1>report</h1>", { exact: false }).first()).toBeVisible();
  const file = await page.request.get(`${stage.url}/api/v1/runs/${stage.seeded.modelRun}/artifacts/notes/report.html`);
  expect(file.headers()["content-disposition"]).toContain("attachment");
  expect(file.headers()["content-security-policy"]).toContain("sandbox");
});
