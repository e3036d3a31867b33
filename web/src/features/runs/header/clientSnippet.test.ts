import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { clientSnippet } from "./clientSnippet";

it("is Python that asks for a metric by its name, whatever the name is made of", () => {
  const name = 'a"b\\n\u202e \u{1F600}';
  const code = clientSnippet({ id: "0123", metrics: { "system/cpu": 1, [name]: 2 } });
  // Only read by Python, never carried out: the client is not needed for that.
  const script = [
    "import ast, json, sys",
    "tree = ast.parse(sys.stdin.read())",
    "print(json.dumps([node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]))",
  ].join("\n");
  const constants = JSON.parse(execFileSync("python3", ["-c", script], { input: code, encoding: "utf8" }));
  // Python keeps the halves of a pair apart in such a text; the client sends them as one sign again.
  expect(constants.map((each: string) => each)).toContain(name);
  expect(constants).toContain("0123");
});
