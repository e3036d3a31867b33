import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { curlSnippet, mlflowSnippet, pythonLiteral, pythonSnippet } from "./snippets";

const NASTY = { text: 'it\'s "quoted" \\ $HOME\n`x`', none: null, yes: true, list: [1.5, [false]] };

test("python reads back exactly what was meant", () => {
  const code = `import json,sys;print(json.dumps(${pythonLiteral(NASTY)}))`;
  const read = execFileSync("python3", ["-c", code], { encoding: "utf8" });
  expect(JSON.parse(read)).toEqual(NASTY);
});

test("a shell hands the body over unchanged", () => {
  const body = JSON.stringify(NASTY);
  const shell = curlSnippet("http://127.0.0.1:1/x", body).replace(/^curl/, "printf '%s\\n'");
  const words = execFileSync("sh", ["-c", shell], { encoding: "utf8", env: { ROADBED_TOKEN: "t" } });
  expect(words).toContain(body);
});

test("both programs are valid Python and keep the token out of the code", () => {
  const row = { 'strange name"': 1 };
  for (const code of [pythonSnippet("http://h/x", { dataframe_records: [row] }), mlflowSnippet("http://h/x", row)]) {
    execFileSync("python3", ["-c", "import ast,sys;ast.parse(sys.stdin.read())"], { input: code });
    expect(code).toContain("os.environ['ROADBED_TOKEN']");
  }
});
