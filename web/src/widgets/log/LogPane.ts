import classes from "../LogViewer.module.css";

/** Lines in one block: one text node each, so 100,000 lines are 200 nodes, and a selection survives what is added below it. */
const BLOCK_LINES = 500;
/** Pixels; the style sheet says the same. */
export const LINE_PIXELS = 19;

interface Block {
  numbers: Text;
  text: Text;
  element: HTMLElement;
  lines: number;
}

/**
 * The drawn log. Blocks are only ever added to, never redrawn; the browser skips what is out of sight (`content-visibility`), and knows
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
      block.element.style.containIntrinsicHeight = `${block.lines * LINE_PIXELS}px`;
      start += taken.length;
    }
    this.count += lines.length;
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
    const block = { numbers, text, element, lines: 0 };
    this.blocks.push(block);
    return block;
  }
}
