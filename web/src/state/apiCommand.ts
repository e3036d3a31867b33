import { teamHeader } from "../api/team";
import { shellWord } from "./format";

/**
 * A call of the API as a command, for what the command line has no verb for. `roadbed env` sets the variables in it. With a version the
 * call is refused when somebody changed the thing meanwhile.
 */
export function apiCommand(method: string, path: string, body?: unknown, version?: number | string): string {
  const lines = [
    `curl -fsS -X ${method} "$ROADBED_URL${path.replace(/["$`\\]/g, "\\$&")}"`,
    `-H "Authorization: Bearer $ROADBED_TOKEN"`,
  ];
  for (const [name, value] of Object.entries(teamHeader(path))) lines.push(`-H ${shellWord(`${name}: ${value}`)}`);
  if (version !== undefined) lines.push(`-H 'If-Match: ${version}'`);
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json' -d ${shellWord(JSON.stringify(body))}`);
  return lines.join(" \\\n  ");
}
