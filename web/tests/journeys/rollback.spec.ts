import { settled } from "../pages/pages";
import { expect, test } from "../platform/test";

test("a release on trial is undone in three clicks from Home, and the feed names who did it", async ({
  page,
  client,
  stage,
}) => {
  await page.goto("/");
  await settled(page);
  let clicks = 0;
  const click = async (target: import("@playwright/test").Locator) => {
    await target.click();
    clicks += 1;
  };
  await click(page.getByRole("link", { name: "Rollout of churn" }));
  await click(page.getByRole("button", { name: "Roll back" }).first());
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("pre").first()).toContainText("roadbed rollback churn");
  await click(dialog.getByRole("button", { name: "Roll back" }));
  await expect(page.getByText("rolled back", { exact: false }).first()).toBeVisible();
  expect(clicks).toBeLessThanOrEqual(3);
  await expect
    .poll(async () =>
      (await client.json("GET", "/api/v1/services/churn")).traffic.map(
        (share: { revision: number; weight_percent: number }) => [share.revision, share.weight_percent],
      ),
    )
    .toEqual([[1, 100]]);
  expect((await client.json("GET", `/api/v1/rollouts/${stage.seeded.rollout}`)).state).toBe("rolled_back");
  await page.goto("/activity");
  await expect(page.getByText(/rolled back/i).first()).toBeVisible();
  await expect(page.getByText("admin").first()).toBeVisible();
});
