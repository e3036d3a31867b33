// After vite: writes the list of licenses, then every file that compresses well as .br and .gz beside it. The server answers with these
// and compresses nothing itself.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { list } from "./license-list.mjs";
import { licensesOfCargo } from "./licenses-of-cargo.mjs";
import { licensesOfNpm } from "./licenses-of-npm.mjs";

const web = new URL("..", import.meta.url).pathname;
const dist = join(web, "dist");

const COMPRESSED = new Set([".css", ".js", ".json", ".map", ".svg", ".txt", ".webmanifest"]);
/** Below this, headers weigh more than what is saved. */
const LEAST_BYTES = 512;

const licenses = list([...licensesOfCargo(join(web, "..")), ...licensesOfNpm(web)]);
writeFileSync(join(dist, "licenses.json"), `${JSON.stringify(licenses)}\n`);

let [files, plain, packed] = [0, 0, 0];
for (const path of readdirSync(dist, { recursive: true }).map(String).sort()) {
  const file = join(dist, path);
  if (path.endsWith(".br") || path.endsWith(".gz")) {
    rmSync(file);
    continue;
  }
  if (!statSync(file).isFile() || !COMPRESSED.has(extname(path))) continue;
  const bytes = readFileSync(file);
  if (bytes.length < LEAST_BYTES) continue;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const brotli = brotliCompressSync(bytes, { params });
  writeFileSync(`${file}.br`, brotli);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  files += 1;
  plain += bytes.length;
  packed += brotli.length;
}
const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;
process.stdout.write(
  `${licenses.items.length} packages of others listed; ${files} files, ${kilobytes(plain)}, ${kilobytes(packed)} as brotli\n`,
);
