import { type Browser, test as base, expect, type Page } from "@playwright/test";
import { Client, type Stage } from "./client";
import { readStage } from "./stage";

/** What a page did that it must not. */
interface Trespasses {
  offOrigin: string[];
  errors: string[];
}

/** A page with a session on the stage, in a browser profile of its own. */
export async function loggedIn(
  browser: Browser,
  stage: Stage,
  options: { width?: number; scheme?: "light" | "dark"; session?: string } = {},
): Promise<{ page: Page; trespasses: Trespasses }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.scheme ?? "light",
    reducedMotion: "reduce",
    baseURL: stage.url,
    locale: "en-US",
    timezoneId: "UTC",
  });
  await context.addCookies([
    {
      name: "roadbed_session",
      value: options.session ?? stage.session,
      url: stage.url,
      httpOnly: true,
      sameSite: "Strict",
    },
  ]);
  const page = await context.newPage();
  return { page, trespasses: watch(page, stage.url) };
}

/** Notes requests to other origins, breaches of the content policy and errors of scripts. */
export function watch(page: Page, origin: string): Trespasses {
  const trespasses: Trespasses = { offOrigin: [], errors: [] };
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:") && !url.startsWith("blob:")) trespasses.offOrigin.push(url);
  });
  page.on("pageerror", (error) => trespasses.errors.push(String(error)));
  page.on("console", (message) => {
    // Refused and lost requests are part of some stories; the browser logs each.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      trespasses.errors.push(message.text());
  });
  return trespasses;
}

/** Tests with a stage, a client of its API, and a page that is watched for trespasses from beginning to end. */
export const test = base.extend<{ stage: Stage; client: Client; page: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern.
  stage: async ({}, use) => use(readStage()),
  client: async ({ stage }, use) => use(new Client(stage.url, stage.token)),
  page: async ({ browser, stage }, use) => {
    const { page, trespasses } = await loggedIn(browser, stage);
    await use(page);
    expect(trespasses.offOrigin, "requests to other origins").toEqual([]);
    expect(trespasses.errors, "errors of scripts and of the content policy").toEqual([]);
    await page.context().close();
  },
});

export { expect };
