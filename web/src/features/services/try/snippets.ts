import { shellWord } from "../../../state/format";

/** Code that asks a service. The token stays in the environment: it must never stand in code. */

export function curlSnippet(url: string, body: string): string {
  return [
    `curl ${shellWord(url)} \\`,
    `  -H "Authorization: Bearer $ROADBED_TOKEN" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${shellWord(body)}`,
  ].join("\n");
}

/** A value of JSON as Python writes it. */
export function pythonLiteral(value: unknown, indent = 0): string {
  const pad = " ".repeat(indent + 4);
  const end = `\n${" ".repeat(indent)}`;
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  // JSON's way of writing texts and numbers is valid Python too.
  if (typeof value !== "object") return JSON.stringify(value);
  const flat = Array.isArray(value)
    ? `[${value.map((item) => pythonLiteral(item)).join(", ")}]`
    : `{${Object.entries(value)
        .map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`)
        .join(", ")}}`;
  if (flat.length + indent <= 88 && !flat.includes("\n")) return flat;
  if (Array.isArray(value))
    return `[\n${value.map((item) => `${pad}${pythonLiteral(item, indent + 4)},`).join("\n")}${end}]`;
  const members = Object.entries(value).map(
    ([key, item]) => `${pad}${JSON.stringify(key)}: ${pythonLiteral(item, indent + 4)},`,
  );
  return `{\n${members.join("\n")}${end}}`;
}

const HEAD = `import os

import requests
`;

export function pythonSnippet(url: string, body: unknown): string {
  return `${HEAD}
answer = requests.post(
    ${JSON.stringify(url)},
    headers={"Authorization": f"Bearer {os.environ['ROADBED_TOKEN']}"},
    json=${pythonLiteral(body, 4)},
    timeout=10,
)
answer.raise_for_status()
print(answer.json()["predictions"])
print(answer.headers["x-roadbed-prediction-id"])
`;
}

/** For those who come from MLflow: a frame, sent as its scoring servers take it. */
export function mlflowSnippet(url: string, row: Record<string, unknown>): string {
  return `${HEAD.trimEnd().replace("import requests", "import pandas\nimport requests")}

frame = pandas.DataFrame([${pythonLiteral(row)}])
answer = requests.post(
    ${JSON.stringify(url)},
    headers={"Authorization": f"Bearer {os.environ['ROADBED_TOKEN']}"},
    json={"dataframe_split": frame.to_dict(orient="split", index=False)},
    timeout=10,
)
answer.raise_for_status()
print(answer.json()["predictions"])
`;
}
