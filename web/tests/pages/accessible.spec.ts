import AxeBuilder from "@axe-core/playwright";
import { expect, loggedIn, test } from "../platform/test";
import { PAGES, pathOf, settled } from "./pages";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1280, 375]) {
    test.describe(`${scheme}, ${width} px`, () => {
      for (const [name, template] of Object.entries(PAGES)) {
        test(name, async ({ browser, stage }) => {
          const { page, trespasses } = await loggedIn(browser, stage, { width, scheme });
          await page.goto(pathOf(template, stage));
          await settled(page);
          const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
          const found = violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`,
          );
          expect(found).toEqual([]);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow, "the page scrolls sideways").toBeLessThanOrEqual(0);
          expect(await page.locator("h1").count()).toBe(1);
          expect(trespasses.errors).toEqual([]);
          expect(trespasses.offOrigin).toEqual([]);
          await page.context().close();
        });
      }
    });
  }
}
