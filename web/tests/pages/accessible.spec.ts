import AxeBuilder from "@axe-core/playwright";
import { expect, loggedIn, test } from "../platform/test";
import { PAGES, pathOf, settled } from "./pages";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

for (const [name, template] of Object.entries(PAGES)) {
  test(`${name}: for everyone, in both themes, wide and narrow`, async ({ browser, stage }) => {
    const { page, trespasses } = await loggedIn(browser, stage);
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ["light", "dark"] as const) {
        const where = `${colorScheme}, ${width} px`;
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        // Loaded in its colours: what a page skips drawing (a long log below the fold) keeps the colours it was made with.
        await page.goto(pathOf(template, stage));
        await settled(page);
        await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
        // The new colours are there once they were painted.
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`,
        );
        expect.soft(found, where).toEqual([]);
      }
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect.soft(overflow, `${width} px: the page scrolls sideways`).toBeLessThanOrEqual(0);
      expect.soft(await page.locator("h1").count()).toBe(1);
    }
    expect(trespasses.errors).toEqual([]);
    expect(trespasses.offOrigin).toEqual([]);
    await page.context().close();
  });
}
