import { expect, test } from "../platform/test";

test("a hundred thousand lines: follow, selection, another tab, scrolling up", async ({ page, stage, client }) => {
  const job = await client.json("POST", `/api/v1/jobs/${stage.seeded.logJob}/rerun`, {});
  await page.goto(`/jobs/${job.id}`);
  const log = page.getByRole("region", { name: "Lines of the log" });
  // Looked for among the few status lines: the text of a hundred thousand lines is long.
  const status = page.locator('span[role="status"]');
  await expect(status.filter({ hasText: /10\d,\d{3} lines/ })).toBeVisible();
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  expect(nodes, "elements on the page").toBeLessThan(5000);

  // What is selected stays selected while lines come in below.
  const chosen = await log.evaluate((element) => {
    const text = element.querySelectorAll("pre")[1]?.firstChild as Text;
    getSelection()?.setBaseAndExtent(text, 0, text, 40);
    return getSelection()?.toString();
  });
  const linesNow = async () =>
    Number(/([\d,]+) lines/.exec((await status.first().textContent()) ?? "")?.[1]?.replaceAll(",", ""));
  const before = await linesNow();
  await expect.poll(linesNow).toBeGreaterThan(before);
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(chosen);

  // Scrolling up stops following, and the way back is offered.
  await log.evaluate((element) => {
    element.scrollTop = 1000;
  });
  await expect(page.getByRole("switch", { name: "Follow" })).not.toBeChecked();
  const place = await log.evaluate((element) => element.scrollTop);
  const seen = await linesNow();
  await expect.poll(linesNow).toBeGreaterThanOrEqual(seen);
  expect(await log.evaluate((element) => element.scrollTop)).toBe(place);

  // The search finds a line, and the address leads others to it.
  await page.getByRole("textbox", { name: "Find in the log" }).fill("line 77123 of");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/line=77124/);
});

test("the last line comes without a gap", async ({ page, stage, client }) => {
  const whole = await (await client.send("GET", `/api/v1/jobs/${stage.seeded.job}/logs`)).text();
  await page.goto(`/jobs/${stage.seeded.job}`);
  await expect(page.getByText(/lines, complete/)).toBeVisible();
  const shown = await page
    .getByRole("region", { name: "Lines of the log" })
    .evaluate((element) =>
      [...element.querySelectorAll("pre:nth-child(2)")].map((block) => block.textContent).join(""),
    );
  expect(shown.trim()).toBe(whole.trim());
});
