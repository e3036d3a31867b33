import type { Schemas } from "../../../api/client";
import { count } from "../../../state/format";

type Scan = Schemas["Scan"];

const imports = (number: number) => `${count(number)} ${number === 1 ? "import" : "imports"}`;

/** What a scan found, in plain words. */
export function scanSentence(scan: Scan): string {
  const of = (severity: string) => scan.findings.filter((finding) => finding.severity === severity).length;
  const [dangerous, unknown] = [of("dangerous"), of("unknown")];
  if (dangerous > 0) {
    const more = unknown > 0 ? `, and ${imports(unknown)} of libraries that are not known here` : "";
    return `Loading it makes ${imports(dangerous)} that can run commands, read files or open connections${more}. Load it only if you know who made it and why it needs them.`;
  }
  if (unknown > 0) {
    return `Loading it makes ${imports(unknown)} of libraries that are not known here. They may be your own code: see whether you know them.`;
  }
  if (scan.scanned > 0) {
    return `Loading its pickles makes only imports of well-known libraries, ${count(scan.harmless)} in all.`;
  }
  return scan.unread.length > 0
    ? "No pickle was found in what could be read."
    : "None of its files holds a pickle, so loading them runs no code out of them.";
}

const MEANING: Record<string, string> = {
  dangerous: "can run commands, read files or open connections, or cannot be told without running the file",
  unknown: "of a library that is not known here",
  harmless: "of a well-known library",
};

export function severityMeaning(severity: string): string {
  return MEANING[severity] ?? severity;
}
