import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { settled } from "../tests/pages/pages";
import { Client, commandLine, type Stage, until } from "../tests/platform/client";
import { startPlatform, stopPlatform } from "../tests/platform/start";
import { loggedIn } from "../tests/platform/test";

const RUNS = 10_000;
const KEYS = 5_000;
const COMPARED = 1_000;
const STEPS = 10_000;
const LINES = 100_000;
const REPEATS = 5;
const AT_ONCE = 8;

/** Runs `work` for 0 to `count - 1`, a few at a time. */
async function each(count: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let number = next++; number < count; number = next++) await work(number);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function newRun(client: Client, experiment: string, name: string): Promise<string> {
  const body = { experiment_id: experiment, run_name: name, start_time: 1_700_000_000_000 };
  return (await client.json("POST", "/api/2.0/mlflow/runs/create", body)).run.info.run_id;
}

const newExperiment = async (client: Client, name: string): Promise<string> =>
  (await client.json("POST", "/api/2.0/mlflow/experiments/create", { name })).experiment_id;

/** Milliseconds that `act` takes until `seen` holds, the middle of several tries. */
async function middle(times: number, measure: (number: number) => Promise<number>): Promise<number> {
  const taken: number[] = [];
  for (let number = 0; number < times; number += 1) taken.push(await measure(number));
  taken.sort((a, b) => a - b);
  return Math.round(taken[Math.floor(times / 2)] ?? Number.NaN);
}

async function took(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

/** Elements of the page and megabytes of its scripts' memory after a collection. */
async function weight(page: Page): Promise<{ elements: number; megabytes: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  return { elements, megabytes: Math.round(usedSize / 1e5) / 10 };
}

const figures: Record<string, unknown> = { what: "portal" };
let stage: Stage;
let client: Client;
let page: Page;
let end: () => Promise<void>;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), "roadbed-scale-"));
  const started = await startPlatform(folder, ["--stop-jobs"]);
  stage = started.stage;
  client = new Client(stage.url, stage.token);
  ({ page } = await loggedIn(browser, stage));
  end = async () => {
    await stopPlatform(started.process);
    rmSync(folder, { recursive: true, force: true });
  };
});

test.afterAll(async () => {
  await end();
  process.stdout.write(`${JSON.stringify(figures)}\n`);
});

test("ten thousand runs in a table", async () => {
  const experiment = await newExperiment(client, "many runs");
  await each(RUNS, async (number) => {
    const run_id = await newRun(client, experiment, `run-${number}`);
    const metrics = ["auc", "loss", "f1"].map((key, place) => ({
      key,
      value: ((number * (place + 3)) % RUNS) / RUNS,
      timestamp: 1,
    }));
    const params = [{ key: "depth", value: String(number % 9) }];
    await client.json("POST", "/api/2.0/mlflow/runs/log-batch", { run_id, metrics, params });
  });
  const table = page.getByRole("region", { name: "Runs, scrolls sideways" });
  const address = `/experiments/${experiment}`;
  const fresh = async () => {
    await page.goto("/experiments");
    await settled(page);
  };
  const firstRows = await middle(REPEATS, async () => {
    await fresh();
    return took(async () => {
      await page.getByRole("link", { name: "many runs" }).first().click();
      await table.getByRole("rowheader").first().waitFor();
    });
  });
  await page.goto(address);
  await settled(page);
  const filter = page
    .getByRole("combobox", { name: "Filter runs" })
    .or(page.getByRole("textbox", { name: "Filter runs" }));
  const filtered = await middle(REPEATS, async (number) => {
    await filter.fill(`metrics.auc > 0.${5 + (number % 4)} and params.depth = '${number}'`);
    const answer = page.waitForResponse((response) => response.url().includes("/api/v1/runs?"));
    return took(async () => {
      await filter.press("Enter");
      await answer;
      await expect(table).toHaveAttribute("aria-busy", "false");
    });
  });
  await page.goto(address);
  await settled(page);
  const sorted = await middle(REPEATS, async (number) => {
    const heading = table
      .getByRole("columnheader")
      .getByRole("button", { name: ["auc", "loss", "f1"][number % 3] as string });
    const answer = page.waitForResponse((response) => response.url().includes("/api/v1/runs?"));
    return took(async () => {
      await heading.click();
      await answer;
      await expect(table).toHaveAttribute("aria-busy", "false");
    });
  });
  figures.table = {
    runs: RUNS,
    first_rows_ms: firstRows,
    filter_ms: filtered,
    sort_ms: sorted,
    ...(await weight(page)),
  };
});

test("five thousand metrics of a run", async () => {
  const run_id = await newRun(client, "0", "many metrics");
  for (let first = 0; first < KEYS; first += 1000) {
    const metrics = Array.from({ length: 1000 }, (_, index) => ({
      key: `layer_${Math.floor((first + index) / 50)}/metric_${index % 50}`,
      value: index / 7,
      timestamp: 1,
    }));
    await client.json("POST", "/api/2.0/mlflow/runs/log-batch", { run_id, metrics });
  }
  const interactive = await middle(REPEATS, async () => {
    await page.goto("/experiments");
    await settled(page);
    return took(async () => {
      await page.goto(`/runs/${run_id}/metrics`);
      await settled(page);
      await page.locator("canvas").first().waitFor();
    });
  });
  const charts = await page.locator("canvas").count();
  figures.keys = { keys: KEYS, interactive_ms: interactive, charts, ...(await weight(page)) };
});

test("a thousand runs of ten thousand steps compared", async () => {
  const experiment = await newExperiment(client, "long curves");
  const timestamps_ms = Array.from({ length: STEPS }, (_, step) => 1_700_000_000_000 + step * 1000);
  await each(COMPARED, async (number) => {
    const run = await newRun(client, experiment, `long-${number}`);
    const values = timestamps_ms.map((_, step) => 1 + (number % 97) / 200 - 0.9 * (step / STEPS) ** 0.3);
    if (number === 500) values[4217] = 9;
    await client.json("POST", `/api/v1/runs/${run}/metrics`, { metrics: [{ key: "loss", values, timestamps_ms }] });
  });
  const answers: number[] = [];
  let bytes = 0;
  const drawn = await middle(REPEATS, async () => {
    await page.goto("/experiments");
    await settled(page);
    const asked = page.waitForRequest("**/api/v1/runs/series*");
    const answered = page.waitForResponse("**/api/v1/runs/series*");
    await page.goto(`/compare?experiment=${experiment}&limit=${COMPARED}&tab=curves&keys=loss`);
    await asked;
    const begun = performance.now();
    const response = await answered;
    bytes = (await response.body()).length;
    answers.push(performance.now() - begun);
    return took(async () => {
      await page.locator("figure canvas[role=img]").waitFor();
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    });
  });
  answers.sort((a, b) => a - b);
  figures.compare = {
    runs: COMPARED,
    steps: STEPS,
    answer_ms: Math.round(answers[2] ?? 0),
    drawn_after_answer_ms: drawn,
    bytes,
    ...(await weight(page)),
  };
});

test("a hundred thousand lines", async () => {
  const folder = mkdtempSync(join(tmpdir(), "roadbed-lines-"));
  writeFileSync(
    join(folder, "roadbed.yaml"),
    `project: lines\njobs:\n  lines: {run: "seq -f 'line %g of a log with words' ${LINES}"}\n`,
  );
  const job = JSON.parse(await commandLine(stage, ["run", "lines", "--wait", "-o", "json"], folder));
  rmSync(folder, { recursive: true, force: true });
  const shown = await middle(REPEATS, async () => {
    await page.goto("/jobs");
    await settled(page);
    return took(async () => {
      await page.goto(`/jobs/${job.id}`);
      await page
        .getByText(/100,\d{3} lines|100,000 lines/)
        .first()
        .waitFor();
    });
  });
  const frames = await page.getByRole("region", { name: "Lines of the log" }).evaluate(async (element) => {
    let worst = 0;
    let last = performance.now();
    for (let count = 0; count < 120; count += 1) {
      element.scrollTop = (element.scrollHeight * ((count * 37) % 120)) / 120;
      await new Promise((done) => requestAnimationFrame(done));
      worst = Math.max(worst, performance.now() - last);
      last = performance.now();
    }
    return Math.round(worst);
  });
  figures.log = { lines: LINES, whole_ms: shown, slowest_frame_ms: frames, ...(await weight(page)) };
});

test("a server that is killed is back", async () => {
  await page.goto("/services");
  await settled(page);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  const control = () => Number(JSON.parse(readFileSync(join(stage.data, "server.json"), "utf8")).control_pid);
  const before = control();
  process.kill(before, "SIGKILL");
  const back = await took(async () => {
    await until("a new control", async () => control() !== before);
    await expect(page.getByText("live", { exact: true })).toBeVisible();
  });
  figures.killed = { live_again_ms: Math.round(back) };
});
