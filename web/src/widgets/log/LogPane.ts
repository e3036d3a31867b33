import classes from "../LogViewer.module.css";
import { BLOCK_LINES } from "./lines";

/** Pixels; the style sheet says the same. */
export const LINE_PIXELS = 19;

interface Block {
  numbers: Text;
  text: Text;
  element: HTMLElement;
  lines: number;
  /** Number of its last line. */
  last: number;
}

/**
 * The drawn log, in blocks of one text node each: 100,000 lines are 200 nodes, and a selection survives what is added below it. Blocks are
 * only ever added to or let go, never redrawn; the browser skips what is out of sight (`content-visibility`), and knows
 * its height beforehand because all lines are equally high.
 */
export class LogPane {
  private readonly blocks: Block[] = [];
  private readonly host: HTMLElement;
  count = 0;

  constructor(host: HTMLElement) {
    this.host = host;
    host.replaceChildren();
  }

  /** Adds lines; `numberOf` tells the number that stands beside a line. */
  append(lines: readonly string[], numberOf: (index: number) => number): void {
    let start = 0;
    while (start < lines.length) {
      let block = this.blocks.at(-1);
      if (!block || block.lines >= BLOCK_LINES) block = this.addBlock();
      const taken = lines.slice(start, start + BLOCK_LINES - block.lines);
      block.text.appendData(`${taken.join("\n")}\n`);
      block.numbers.appendData(`${taken.map((_, index) => numberOf(start + index)).join("\n")}\n`);
      block.lines += taken.length;
      block.last = numberOf(start + taken.length - 1);
      block.element.style.containIntrinsicHeight = `${block.lines * LINE_PIXELS}px`;
      start += taken.length;
    }
    this.count += lines.length;
  }

  /** Lets go the blocks that end at or before a line; how many lines that were. */
  dropThrough(line: number): number {
    const end = this.blocks.findIndex(({ last }) => last > line);
    const gone = this.blocks.splice(0, end === -1 ? this.blocks.length : end);
    for (const { element } of gone) element.remove();
    const lines = gone.reduce((sum, block) => sum + block.lines, 0);
    this.count -= lines;
    return lines;
  }

  private addBlock(): Block {
    const element = document.createElement("div");
    element.className = classes.block ?? "";
    const gutter = document.createElement("pre");
    gutter.className = classes.gutter ?? "";
    gutter.setAttribute("aria-hidden", "true");
    const body = document.createElement("pre");
    body.className = classes.body ?? "";
    const numbers = document.createTextNode("");
    const text = document.createTextNode("");
    gutter.appendChild(numbers);
    body.appendChild(text);
    element.append(gutter, body);
    this.host.appendChild(element);
    const block = { numbers, text, element, lines: 0, last: 0 };
    this.blocks.push(block);
    return block;
  }
}
