import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type Stage, until } from "./client";
import { Receiver } from "./receiver";
import { HOSTILE, seed } from "./seed";
import { STAGE_FILE } from "./stage";

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
const PROGRAM =
  process.env.ROADBED_PROGRAM ?? join(process.env.CARGO_TARGET_DIR ?? join(cache, "roadbed/target"), "debug/roadbed");

const UI = { ROADBED_UI_DIR: new URL("../../dist", import.meta.url).pathname };

interface ServerFile {
  url: string;
  gateway_url: string;
  pid: number;
}

function readServerFile(data: string): ServerFile | undefined {
  try {
    return JSON.parse(readFileSync(join(data, "server.json"), "utf8")) as ServerFile;
  } catch {
    return undefined;
  }
}

/** Starts `roadbed up` on free ports in a folder of its own; the portal comes from the build of this checkout, and webhooks lead to receivers here. */
export async function startPlatform(
  folder: string,
  more: string[] = [],
  listen = "127.0.0.1:0",
): Promise<{ process: ChildProcess; stage: Stage }> {
  const data = join(folder, "data");
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, "output"), "a");
  const environment = { ...process.env };
  for (const name of ["ROADBED_URL", "ROADBED_TOKEN", "ROADBED_DATA"]) delete environment[name];
  const child = spawn(PROGRAM, ["up", "--data", data, "--listen", listen, "--gateway-listen", "127.0.0.1:0", ...more], {
    stdio: ["ignore", log, log],
    env: { ...environment, ...UI, ROADBED_PRIVATE_WEBHOOKS: "1" },
  });
  const file = await until("server.json", async () => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${readFileSync(join(folder, "output"), "utf8")}`);
    const found = readServerFile(data);
    return found?.pid === child.pid ? found : undefined;
  });
  await until("the platform", async () => (await fetch(`${file.url}/readyz`).catch(() => undefined))?.ok);
  const token = readFileSync(join(data, "token"), "utf8").trim();
  const session = await sessionOf(new Client(file.url, token), file.url);
  return {
    process: child,
    stage: { program: PROGRAM, data, url: file.url, gatewayUrl: file.gateway_url, token, session, seeded: {} },
  };
}

/** Logs in as people do: by a link that works once. */
export async function sessionOf(client: Client, url: string): Promise<string> {
  const link = await client.json("POST", "/api/v1/login-links");
  const secret = String(link.path).split("#")[1];
  const answer = await fetch(`${url}/api/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ secret }),
  });
  const cookie = /roadbed_session=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "");
  if (!cookie?.[1]) throw new Error(`no session: ${answer.status}`);
  return cookie[1];
}

/** Ends it as a person with Ctrl-C would, and everything that ran on it. */
export async function stopPlatform(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  await until("the end of the server", async () => child.exitCode !== null || child.signalCode !== null, 45);
}

export default async function start(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "roadbed-portal-"));
  const { process: child, stage } = await startPlatform(folder, ["--stop-jobs"]);
  const receiver = await Receiver.start(HOSTILE.slice(0, 300));
  try {
    stage.seeded = await seed(stage, receiver);
  } catch (error) {
    receiver.stop();
    await stopPlatform(child);
    throw error;
  }
  mkdirSync(new URL("../.results/", import.meta.url).pathname, { recursive: true });
  writeFileSync(STAGE_FILE, JSON.stringify(stage));
  return async () => {
    await stopPlatform(child);
    receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
