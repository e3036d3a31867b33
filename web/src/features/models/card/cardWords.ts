import type { Schemas } from "../../../api/client";
import { count, middle } from "../../../state/format";

const counted = (number: number, one: string, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** What a scan found, in a sentence's end. */
export function scanWords(scan: Schemas["CardScan"] | null | undefined): string {
  if (!scan) return "its files lie outside this server, so nobody read them";
  const unread = scan.unread > 0 ? `; ${counted(scan.unread, "file")} not read to the end` : "";
  if (scan.severity === "harmless") return `loading it imports only well-known libraries${unread}`;
  const found = `${counted(scan.findings, "import")} of ${scan.severity === "dangerous" ? "what can run commands or of " : ""}libraries that are not known here`;
  return `${found}${unread}`;
}

/** Who agreed to what, and whether that still counts. */
export function approvalWords({ person, alias, revoked_because: ended }: Schemas["CardApproval"]): string {
  return `${middle(person, 40)} agreed to @${middle(alias, 30)}${ended ? ", which ended," : ""}`;
}
