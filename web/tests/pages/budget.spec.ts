import { gzipSync } from "node:zlib";
import { expect, loggedIn, test } from "../platform/test";
import { settled } from "./pages";

const BUDGET_BYTES = 220_000;
const BUDGET_REQUESTS = 12;

test("the first page costs at most 220 kB of script and style, and few requests", async ({ browser, stage }) => {
  const { page } = await loggedIn(browser, stage);
  const assets: Promise<[string, number]>[] = [];
  let requests = 0;
  page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    if (!path.startsWith("/api/")) requests += 1;
    if (/\.(js|css)$/.test(path))
      assets.push(response.body().then((body) => [path, gzipSync(body, { level: 9 }).length]));
  });
  await page.goto("/");
  await settled(page);
  const sizes = await Promise.all(assets);
  const whole = sizes.reduce((sum, [, size]) => sum + size, 0);
  expect(whole, JSON.stringify(sizes)).toBeLessThanOrEqual(BUDGET_BYTES);
  expect(requests).toBeLessThanOrEqual(BUDGET_REQUESTS);
  await page.context().close();
});

test("assets are kept for ever, the page is asked for each time", async ({ request, stage }) => {
  const index = await request.get(`${stage.url}/`, { headers: { accept: "text/html" } });
  expect(index.headers()["cache-control"]).toBe("no-cache");
  const policy = index.headers()["content-security-policy"] ?? "";
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
  expect(nonce.length).toBeGreaterThanOrEqual(22);
  expect(policy).not.toContain("unsafe");
  const text = await index.text();
  expect(text).toContain(`nonce="${nonce}"`);
  const again = await request.get(`${stage.url}/`, { headers: { accept: "text/html" } });
  expect(again.headers()["content-security-policy"]).not.toContain(nonce);
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(text)?.[1] ?? "";
  const asset = await request.get(stage.url + script, { headers: { "accept-encoding": "br" } });
  expect(asset.headers()["cache-control"]).toContain("immutable");
  expect(asset.headers()["content-encoding"]).toBe("br");
  const unknown = await request.get(`${stage.url}/assets/nothing.js`);
  expect(unknown.status()).toBe(404);
  const api = await request.get(`${stage.url}/api/v1/nothing`, { headers: { accept: "text/html" } });
  expect(api.headers()["content-type"]).toContain("application/problem+json");
});
