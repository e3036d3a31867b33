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

/** Characters that a page keeps of a log. The page holds them twice, as text and drawn. */
const MOST_CHARACTERS = 16 * 2 ** 20;
/** How far it is cut back when there are more, so that not every new line cuts. */
const KEPT_SHARE = 0.75;
/** Lines in one drawn block; only whole blocks are let go. */
export const BLOCK_LINES = 500;

/** The newest lines of a log. A log without end must not fill the memory of the browser: the oldest lines are let go. */
export class KeptLines {
  readonly lines: string[] = [];
  /** Lines that were let go: the first one that is kept has this number and one. */
  dropped = 0;
  private characters = 0;
  private readonly most: number;

  constructor(most = MOST_CHARACTERS) {
    this.most = most;
  }

  /** All lines there were. */
  get total(): number {
    return this.dropped + this.lines.length;
  }

  add(lines: readonly string[]): void {
    // One by one: a spread of a hundred thousand arguments overflows the stack.
    for (const line of lines) {
      this.lines.push(line);
      this.characters += line.length + 1;
    }
    if (this.characters > this.most) this.cut();
  }

  private cut(): void {
    let gone = 0;
    while (this.characters > this.most * KEPT_SHARE && this.lines.length - gone > BLOCK_LINES) {
      for (const line of this.lines.slice(gone, gone + BLOCK_LINES)) this.characters -= line.length + 1;
      gone += BLOCK_LINES;
    }
    this.lines.splice(0, gone);
    this.dropped += gone;
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
