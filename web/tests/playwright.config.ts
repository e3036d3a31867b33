import { defineConfig } from "@playwright/test";

/** Debian's Chromium; Playwright's own download is never used. */
const chromium = process.env.ROADBED_CHROMIUM ?? "/usr/bin/chromium-headless-shell";

export default defineConfig({
  testDir: ".",
  testIgnore: ".results/**",
  outputDir: ".results/artifacts",
  globalSetup: "./platform/start.ts",
  fullyParallel: false,
  workers: 1,
  // A machine under load may miss a moment; what passes only at the second try is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    launchOptions: { executablePath: chromium, args: ["--no-sandbox", "--disable-dev-shm-usage"] },
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    trace: "off",
  },
});
