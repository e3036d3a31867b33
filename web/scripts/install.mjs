// Installs what the lock file names, unless exactly that lies in node_modules already. Packages run no scripts of their own.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const web = new URL("..", import.meta.url).pathname;

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(web, file), "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

/** npm notes what it installed; packages for other machines are in the lock file only. */
function isInstalled() {
  const wanted = packagesOf("package-lock.json");
  const there = packagesOf("node_modules/.package-lock.json");
  const same = (path) =>
    there[path]?.version === wanted[path].version && there[path].integrity === wanted[path].integrity;
  const isOther = (path) => wanted[path].optional === true && there[path] === undefined;
  const wantedPaths = Object.keys(wanted).filter((path) => path !== "");
  return (
    wantedPaths.length > 0 &&
    wantedPaths.every((path) => same(path) || isOther(path)) &&
    Object.keys(there).every((path) => wanted[path])
  );
}

if (isInstalled()) {
  process.stdout.write("the packages of the lock file are installed\n");
} else {
  const words = ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", words, { cwd: web, stdio: "inherit" });
  process.exit(status ?? 1);
}
