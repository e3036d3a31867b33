import { defineConfig } from "@playwright/test";
import tests from "../tests/playwright.config";

/** Measurements in a browser: one after the other on a machine at rest, never in CI. */
export default defineConfig({
  ...tests,
  testDir: ".",
  outputDir: "../tests/.results/bench",
  globalSetup: [],
  retries: 0,
  timeout: 600_000,
});
