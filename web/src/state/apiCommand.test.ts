import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { apiCommand } from "./apiCommand";

/** What a shell makes of the command's words. */
function wordsOf(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const env = { ROADBED_URL: "http://host", ROADBED_TOKEN: "secret" };
  return execFileSync("sh", ["-c", script], { env, encoding: "utf8" }).split("\0").slice(0, -1);
}

it("gives a shell the address, the token, the version and the body, whatever people called things", () => {
  const body = { name: `it's "quoted" $HOME \`id\`` };
  const words = wordsOf(apiCommand("PATCH", "/api/v1/runs/a$b", body, 3));
  expect(words).toContain("http://host/api/v1/runs/a$b");
  expect(words).toContain("Authorization: Bearer secret");
  expect(words).toContain("If-Match: 3");
  expect(JSON.parse(words.at(-1) ?? "")).toEqual(body);
});
