// Every Mantine component that the sources use must have its styles in src/mantine.css, else it shows up bare.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const styles = readFileSync(join(root, "src/mantine.css"), "utf8");
const used = new Set();
for (const file of readdirSync(join(root, "src"), { recursive: true })) {
  if (!/\.tsx?$/.test(file)) continue;
  const text = readFileSync(join(root, "src", file), "utf8");
  for (const [, names] of text.matchAll(/import\s*\{([^}]*)\}\s*from\s*"@mantine\/core"/g)) {
    for (const name of names.split(","))
      used.add(
        name
          .replace(/^\s*type\s+/, "")
          .trim()
          .split(" ")[0],
      );
  }
}
// Select and its kin are made of these.
if (["Select", "MultiSelect", "Autocomplete", "TagsInput"].some((name) => used.has(name)))
  for (const name of ["Combobox", "Input", "Pill", "PillsInput"]) used.add(name);
const missing = [...used].filter(
  (name) =>
    existsSync(join(root, `node_modules/@mantine/core/styles/${name}.layer.css`)) &&
    !styles.includes(`/${name}.layer.css`),
);
if (missing.length > 0) {
  process.stderr.write(`src/mantine.css lacks the styles of: ${missing.join(", ")}\n`);
  process.exit(1);
}
