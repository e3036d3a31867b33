import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { settled } from "../pages/pages";
import { expect, test } from "../platform/test";

const RUNS = 1000;
const STEPS = 10_000;
const BUCKETS = 50;
/** A step whose value stands far above all others, in one run. */
const SPIKE = { run: 500, step: 4217, value: 9 };

const idOf = (number: number) => number.toString(16).padStart(32, "0");

/** Loss of a run at a step. */
function lossOf(run: number, step: number): number {
  if (run === SPIKE.run && step === SPIKE.step) return SPIKE.value;
  return 1 + (run % 97) / 200 - 0.9 * (step / STEPS) ** 0.3;
}

/** What the server answers for a thousand runs of ten thousand steps, sampled as it samples. */
function sampledSeries() {
  const width = STEPS / BUCKETS;
  const series = Array.from({ length: RUNS }, (_, run) => {
    const buckets = Array.from({ length: BUCKETS }, (__, bucket) =>
      Array.from({ length: width }, (___, index) => Number(lossOf(run, bucket * width + index).toPrecision(7))),
    );
    return {
      run: idOf(run),
      key: "loss",
      points: STEPS,
      bucket: buckets.map((__, bucket) => bucket),
      min: buckets.map((values) => Math.min(...values)),
      max: buckets.map((values) => Math.max(...values)),
      last: buckets.map((values) => values.at(-1)),
      nan: 0,
    };
  });
  return JSON.stringify({ x: "step", from: 0, to: STEPS, buckets: BUCKETS, series });
}

function runList() {
  const items = Array.from({ length: RUNS }, (_, run) => ({
    id: idOf(run),
    name: `run-${run}`,
    experiment: "1",
    experiment_name: "search",
    status: "FINISHED",
    state: "active",
    started_at: "2026-11-29T10:00:00Z",
    metrics: { loss: lossOf(run, STEPS - 1) },
    params: { depth: String(run % 7) },
    tags: {},
  }));
  return JSON.stringify({ items });
}

/** Opens the curves and says when the answer was there, when it was drawn, and how the picture looks. */
async function draw(page: Page, answer: string) {
  await page.route("**/api/v1/runs?*", (route) => route.fulfill({ contentType: "application/json", body: runList() }));
  await page.route("**/api/v1/runs/series*", async (route) => {
    await route.fulfill({ contentType: "application/json", body: answer });
  });
  await page.goto(`/compare?experiment=1&limit=${RUNS}&tab=curves&keys=loss`);
  const canvas = page.locator("figure canvas[role=img]");
  await canvas.waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const picture = await canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  return { picture, canvas };
}

test("a thousand runs of ten thousand steps are drawn with a spike of one step, the same each time", async ({
  page,
}) => {
  const answer = sampledSeries();
  expect(answer.length).toBeLessThan(2_000_000);
  const first = await draw(page, answer);
  // Above all lines but one there is nothing but that one.
  const above = await first.canvas.evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext("2d");
    const { data, width, height } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? {
      data: new Uint8ClampedArray(),
      width: 0,
      height: 0,
    };
    const columns = new Set<number>();
    for (let y = Math.round(height * 0.15); y < height * 0.4; y += 1) {
      for (let x = 60; x < width - 20; x += 1) {
        const at = (y * width + x) * 4;
        const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(at, at + 4);
        // The grid is nearly gray.
        if (alpha > 0 && Math.max(red, green, blue) - Math.min(red, green, blue) > 20) columns.add(x);
      }
    }
    return { from: Math.min(...columns), to: Math.max(...columns), width };
  });
  expect(above.from).toBeGreaterThan(above.width * 0.35);
  expect(above.to).toBeLessThan(above.width * 0.5);
  const second = await draw(page, answer);
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  expect(hash(second.picture)).toBe(hash(first.picture));
});

test("a comparison shows what differs, against a baseline, and its address shows the same to others", async ({
  page,
  stage,
}) => {
  const runs = stage.seeded.runs?.split(",").slice(0, 4).join(",");
  await page.goto(`/compare?runs=${runs}`);
  await settled(page);
  await expect(page.getByRole("rowheader", { name: "depth" })).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "data" })).toHaveCount(0);
  await page
    .getByRole("button", { name: /^Compare the others with this run/ })
    .first()
    .click();
  await expect(page.getByText("worse").first()).toBeVisible();
  const address = page.url();
  await page.goto("/");
  await page.goto(address);
  await expect(page.getByText("worse").first()).toBeVisible();
  await page.getByRole("switch", { name: "Only differences" }).uncheck({ force: true });
  await expect(page.getByRole("rowheader", { name: "data" })).toBeVisible();
});

test("runs are kept by typing as by dragging, and only they are compared then", async ({ page, stage }) => {
  await page.goto(`/compare?experiment=${stage.seeded.experiment}&limit=100&tab=parallel`);
  await settled(page);
  const from = page.getByRole("textbox", { name: "depth: keep from" });
  await from.fill("6");
  await from.press("Enter");
  await expect(page.getByText(/^4 of \d+ runs kept$/)).toBeVisible();
  await page.getByRole("button", { name: "Compare only these" }).click();
  await expect(page.getByText("4 runs", { exact: true })).toBeVisible();
});

test("ids of many runs become a short address that shows the same runs", async ({ page, client, stage }) => {
  const known = stage.seeded.runs?.split(",") ?? [];
  const more = await Promise.all(
    Array.from({ length: 10 }, async (_, number) => {
      const made = await client.json("POST", "/api/2.0/mlflow/runs/create", {
        experiment_id: stage.seeded.experiment,
        run_name: `more-${number}`,
        start_time: Date.now(),
      });
      return made.run.info.run_id as string;
    }),
  );
  const ids = [...known, ...more];
  await page.goto(`/compare?runs=${ids.join(",")}`);
  await page.waitForURL(/view=/);
  expect(page.url().length).toBeLessThan(300);
  await expect(page.getByText(`${ids.length} runs`, { exact: true })).toBeVisible();
});
