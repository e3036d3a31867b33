import { settled } from "../pages/pages";
import { expect, test } from "../platform/test";
import { sendTrace } from "../platform/traces";

test("an experiment leads to its traces, which are filtered in the address", async ({ page, stage }) => {
  await page.goto(`/experiments/${stage.seeded.traceExperiment}`);
  await settled(page);
  await page.getByRole("link", { name: "Traces", exact: true }).click();
  await settled(page);
  await expect(page.getByRole("row")).toHaveCount(4);
  await page.getByRole("combobox", { name: "State" }).click();
  await page.getByRole("option", { name: "error" }).click();
  await expect(page).toHaveURL(/status=ERROR/);
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("textbox", { name: "Filter" }).fill("execution_time_ms > 100000");
  await expect(page.getByText("No trace matches")).toBeVisible();
  await page.getByRole("textbox", { name: "Filter" }).fill("nonsense >");
  await expect(page.getByRole("textbox", { name: "Filter" })).toHaveAttribute("aria-invalid", "true");
});

test("a trace opens where it went wrong and shows each step as text", async ({ page, stage }) => {
  await page.goto(`/traces?experiment=${stage.seeded.traceExperiment}&status=ERROR`);
  await settled(page);
  await page.getByRole("link", { name: "assist", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "assist" })).toBeVisible();
  const detail = page.getByRole("region", { name: "weather" });
  await expect(detail.getByText("timed out")).toBeVisible();
  await expect(detail.getByText("TimeoutError", { exact: true })).toBeVisible();
  const steps = page.getByRole("region", { name: "Steps" });
  await expect(steps.getByRole("listitem")).toHaveCount(4);
  await steps.getByRole("button", { name: /error assist/ }).click();
  await expect(page).toHaveURL(/step=0101010101010101/);
  await expect(page.getByText("<b>tomorrow</b>", { exact: false }).first()).toBeVisible();
  await steps.getByRole("button", { name: "Steps below assist" }).click();
  await expect(steps.getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("row", { name: /helpful.*false.*never said.*ana/ })).toBeVisible();
});

test("a run shows its traces", async ({ page, stage }) => {
  await page.goto(`/runs/${stage.seeded.traceRun}`);
  await settled(page);
  await page.getByRole("link", { name: "Traces" }).click();
  await expect(page.getByRole("row", { name: /assist/ }).first()).toBeVisible();
});

test("a trace is deleted after asking", async ({ page, client, stage }) => {
  const experiment = stage.seeded.traceExperiment ?? "0";
  const id = await sendTrace(client, { experiment, byte: "b1", name: "to go", fails: false });
  await page.goto(`/traces/${id}`);
  await settled(page);
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("pre")).toHaveText(`roadbed delete trace ${id} --yes`);
  await dialog.getByRole("button", { name: "Delete the trace" }).click();
  await page.waitForURL(/\/traces\?experiment=/);
  await expect(page.getByRole("link", { name: "to go" })).toHaveCount(0);
});
