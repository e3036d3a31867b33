/** Escape sequences of terminals (ECMA-48): colours and cursor moves mean nothing here. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Longest line that is shown; the rest is in the download. */
const LINE_CHARACTERS = 20_000;

function clean(line: string): string {
  // A progress bar rewrites its line; the last writing is what a terminal would show.
  const written = line.endsWith("\r") ? line.slice(0, -1) : line;
  const last = written.slice(written.lastIndexOf("\r") + 1);
  const plain = last.includes("\u001b") ? last.replace(ESCAPES, "") : last;
  return plain.length > LINE_CHARACTERS ? `${plain.slice(0, LINE_CHARACTERS)}… (${plain.length} characters)` : plain;
}

/** Cuts text that comes in pieces into lines. */
export class LineCutter {
  private rest = "";

  /** The lines that are complete now. */
  add(text: string): string[] {
    const parts = (this.rest + text).split("\n");
    this.rest = parts.pop() ?? "";
    return parts.map(clean);
  }

  /** The last line, when the text ended without a line end. */
  end(): string[] {
    const rest = this.rest;
    this.rest = "";
    return rest === "" ? [] : [clean(rest)];
  }
}

/** Numbers (from 0) of the lines that contain the text, in any case; at most `most`. */
export function matchingLines(lines: readonly string[], text: string, most = 10_000): number[] {
  const wanted = text.toLowerCase();
  if (wanted === "") return [];
  const found: number[] = [];
  for (let line = 0; line < lines.length && found.length < most; line += 1) {
    if (lines[line]?.toLowerCase().includes(wanted)) found.push(line);
  }
  return found;
}
