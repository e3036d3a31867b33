// The list in the form that the server answers with at /api/v1/licenses.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Names under which packages bring their license along. */
const LICENSE_FILE = /^(un)?licen[cs]e|^copying|^copyright|^notice/i;

/** The texts of a package that lies in this folder, in the order of their names. */
export function textsIn(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && LICENSE_FILE.test(entry.name) && !/\.(js|rs|ts|spdx)$/.test(entry.name),
  );
  return files.map((entry) => readFileSync(join(folder, entry.name), "utf8").replaceAll("\r\n", "\n").trim());
}

/** Packages {ecosystem, name, version, license, texts} as one list; a text that several have is in it once. */
export function list(packages) {
  const texts = new Map();
  const identify = (text) => {
    const id = createHash("sha256").update(text).digest("hex").slice(0, 12);
    texts.set(id, text);
    return id;
  };
  const items = packages.map(({ texts: own, ...item }) => ({
    ...item,
    text_ids: [...new Set(own.filter((text) => text !== "").map(identify))],
  }));
  const key = (item) => `${item.ecosystem} ${item.name} ${item.version}`;
  items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { items, texts: Object.fromEntries([...texts].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
