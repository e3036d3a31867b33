import { readFileSync } from "node:fs";
import type { Stage } from "./client";

export const STAGE_FILE = new URL("../.results/stage.json", import.meta.url).pathname;

/** The stage that the global setup made. */
export function readStage(): Stage {
  return JSON.parse(readFileSync(STAGE_FILE, "utf8")) as Stage;
}
