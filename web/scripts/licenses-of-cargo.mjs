// Crates that are linked into the program or build it, as cargo knows them. `cargo xtask tidy` holds their licenses against deny.toml.
import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { textsIn } from "./license-list.mjs";

const PLATFORM = "x86_64-unknown-linux-gnu";
const MOST_BYTES = 256 << 20;

function cargo(root, ...words) {
  return execFileSync("cargo", words, { cwd: root, encoding: "utf8", maxBuffer: MOST_BYTES });
}

/** `cargo metadata` also lists what features that are off would need; `cargo tree` says what is built. */
function linked(root) {
  const tree = cargo(
    root,
    ...["tree", "--locked", "--package", "roadbed", "--edges", "normal", "--target", PLATFORM],
    ...["--prefix", "none", "--format", "{p}"],
  );
  const words = tree.split("\n").map((line) => line.split(" "));
  return new Set(words.filter(([name, version]) => name && version).map(([name, version]) => `${name} ${version}`));
}

export function licensesOfCargo(root) {
  const built = linked(root);
  const text = cargo(root, "metadata", "--locked", "--format-version", "1", "--filter-platform", PLATFORM);
  const others = JSON.parse(text).packages.filter(
    (found) => found.source !== null && built.has(`${found.name} v${found.version}`),
  );
  return others.map((found) => ({
    ecosystem: "cargo",
    name: found.name,
    version: found.version,
    license: (found.license ?? "unknown").replaceAll("/", " OR "),
    texts: textsIn(dirname(found.manifest_path)),
  }));
}
