// Takes the pictures of the README from the demo while it plays: node web/scripts/screenshots.mjs PROGRAM
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";

const root = new URL("../..", import.meta.url).pathname;
const pictures = `${root}docs/images`;
const program = process.argv[2];
if (!program) throw new Error("usage: node web/scripts/screenshots.mjs PROGRAM");
mkdirSync(pictures, { recursive: true });

const demo = spawn("python3", [`${root}examples/breast-cancer/demo.py`, "--program", program], {
  stdio: ["ignore", "pipe", "inherit"],
});
const browser = await chromium.launch({
  executablePath: process.env.ROADBED_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox"],
});
const context = await browser.newContext({
  viewport: { width: 1360, height: 850 },
  deviceScaleFactor: 1.5,
  reducedMotion: "reduce",
});
const page = await context.newPage();

async function settled() {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[aria-busy="true"]').length === 0);
  // Charts draw in the frame after their data came.
  await page.waitForFunction(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))),
  );
}

async function picture(name, path) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(path);
    await settled();
    await page.screenshot({ path: `${pictures}/${name}-${scheme}.png` });
  }
  process.stderr.write(`took ${name}\n`);
}

/** The release under way once it has something to show: evidence of a few looks at a canary step. */
async function releaseWithEvidence(origin) {
  for (;;) {
    const open = await (await page.request.get(`${origin}/api/v1/rollouts?state=open`)).json();
    for (const rollout of open.items ?? []) {
      const explained = await (await page.request.get(`${origin}/api/v1/rollouts/${rollout.id}/explain`)).json();
      if (rollout.from_revision && (explained.history ?? []).length >= 8) return rollout;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

let origin = "";
let watching;
try {
  for await (const line of createInterface({ input: demo.stdout })) {
    process.stderr.write(`${line}\n`);
    const link = /(https?:\/\/\S+?)(\/login#\S+)/.exec(line);
    if (link && !origin) {
      origin = link[1];
      await page.goto(origin + link[2]);
      await page.waitForURL((url) => !url.pathname.startsWith("/login"));
    }
    const compare = /(https?:\/\/\S+\/compare\?runs=\S+)/.exec(line);
    if (compare) {
      await picture("compare", `${compare[1]}&tab=curves&keys=log_loss/later`);
      watching ??= releaseWithEvidence(origin).then((rollout) =>
        picture("rollout", `${origin}/services/${rollout.service}/rollouts/${rollout.id}`),
      );
    }
    if (line.startsWith("Portal:")) {
      await watching;
      await picture("home", `${origin}/`);
      break;
    }
  }
} finally {
  await browser.close();
  demo.kill("SIGINT");
}
