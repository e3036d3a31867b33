// Packages that end up in the portal: those the lock file does not mark as needed for development only. `cargo xtask tidy` holds their
// licenses against its list.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { textsIn } from "./license-list.mjs";

export function licensesOfNpm(web) {
  const lock = JSON.parse(readFileSync(join(web, "package-lock.json"), "utf8"));
  const found = Object.entries(lock.packages).filter(
    ([path, entry]) => path !== "" && !entry.dev && !entry.devOptional,
  );
  return found.map(([path, entry]) => {
    const folder = join(web, path);
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const license = about.license ?? entry.license ?? "unknown";
    return { ecosystem: "npm", name: about.name, version: about.version, license, texts: textsIn(folder) };
  });
}
