import { describe, expect, it } from "vitest";
import { LogPane } from "./LogPane";

describe("the drawn log", () => {
  it("lets whole blocks go from its beginning and keeps the numbers of the others", () => {
    const host = document.createElement("div");
    const pane = new LogPane(host);
    const lines = Array.from({ length: 1200 }, (_, index) => `text ${index + 1}`);
    pane.append(lines, (index) => index + 1);
    expect(pane.dropThrough(500)).toBe(500);
    expect(pane.count).toBe(700);
    expect(host.children).toHaveLength(2);
    expect(host.textContent?.startsWith("501\n502\n")).toBe(true);
    expect(pane.dropThrough(700), "a block that is needed in part stays").toBe(0);
  });
});
