import { axisColors, chartColor, type Scheme, withOpacity } from "../../../charts/colors";
import type { Size } from "../draw/Canvas";
import { type Box, type Polyline, trace } from "../draw/polylines";
import { placeOf, type Scale, type Tick, ticksOf } from "../draw/scale";

/** How values along the bottom are told. */
export type XKind = "step" | "time" | "relative_time";

/** Everything that is drawn. */
export interface CurvesView {
  lines: Polyline[];
  xScale: Scale;
  yScale: Scale;
  xKind: XKind;
  /** Color number of each run. */
  colors: ReadonlyMap<string, number>;
  scheme: Scheme;
}

const FONT = "12px system-ui, sans-serif";
/** Up to this many lines each is drawn at full strength. */
const FEW = 12;
/** Lines with fewer values than this show each of them as a dot. */
const DOTS_UP_TO = 40;

/** Axes and where the lines go between them. */
export interface CurvesLayout {
  box: Box;
  xTicks: Tick[];
  yTicks: Tick[];
}

export function layoutOf({ xScale, yScale, xKind }: CurvesView, { width, height }: Size): CurvesLayout {
  const yTicks = ticksOf(yScale, Math.max(2, height / 50));
  const longest = Math.max(2, ...yTicks.map(({ label }) => label.length));
  const left = 12 + 7 * longest;
  const box = { left, top: 8, width: Math.max(10, width - left - 14), height: Math.max(10, height - 34) };
  const kind = xKind === "step" ? "number" : xKind === "time" ? "time" : "duration";
  return { box, yTicks, xTicks: ticksOf(xScale, Math.max(2, box.width / 110), kind) };
}

/** Draws grid, axes and all lines. The same view gives the same pixels. */
export function paintCurves(context: CanvasRenderingContext2D, size: Size, view: CurvesView): void {
  const layout = layoutOf(view, size);
  context.clearRect(0, 0, size.width, size.height);
  paintAxes(context, view, layout);
  const { box } = layout;
  const opacity = view.lines.length <= FEW ? 1 : view.lines.length <= 100 ? 0.75 : 0.4;
  context.save();
  context.beginPath();
  context.rect(box.left, box.top - 2, box.width, box.height + 4);
  context.clip();
  context.lineJoin = "round";
  context.lineWidth = view.lines.length <= FEW ? 1.5 : 1;
  for (const line of view.lines) {
    const color = chartColor(view.colors.get(line.run) ?? 0, view.scheme);
    context.strokeStyle = withOpacity(color, opacity);
    context.beginPath();
    trace(context, line, view.xScale, view.yScale, box);
    context.stroke();
    if (line.samples.x.length <= DOTS_UP_TO && view.lines.length <= FEW) paintDots(context, line, view, box, color);
  }
  context.restore();
}

/** One line above all others. */
export function paintHighlight(context: CanvasRenderingContext2D, size: Size, view: CurvesView, run: string): void {
  context.clearRect(0, 0, size.width, size.height);
  const { box } = layoutOf(view, size);
  const { text } = axisColors(view.scheme);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top - 2, box.width, box.height + 4);
  context.clip();
  context.lineJoin = "round";
  for (const line of view.lines) {
    if (line.run !== run) continue;
    const color = chartColor(view.colors.get(line.run) ?? 0, view.scheme);
    // A rim of the page's color parts it from the lines below.
    for (const [style, width] of [
      [view.scheme === "dark" ? "#171a21" : "#ffffff", 6],
      [text, 4],
      [color, 2.5],
    ] as const) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      trace(context, line, view.xScale, view.yScale, box);
      context.stroke();
    }
    if (line.samples.x.length <= DOTS_UP_TO) paintDots(context, line, view, box, color);
  }
  context.restore();
}

function paintDots(context: CanvasRenderingContext2D, line: Polyline, view: CurvesView, box: Box, color: string): void {
  context.fillStyle = color;
  for (let index = 0; index < line.x.length; index += 1) {
    const x = box.left + placeOf(view.xScale, line.x[index] ?? 0) * box.width;
    const y = box.top + (1 - placeOf(view.yScale, line.y[index] ?? Number.NaN)) * box.height;
    if (!Number.isFinite(y)) continue;
    context.beginPath();
    context.arc(x, y, 2.2, 0, 2 * Math.PI);
    context.fill();
  }
}

function paintAxes(context: CanvasRenderingContext2D, view: CurvesView, { box, xTicks, yTicks }: CurvesLayout): void {
  const { text, grid } = axisColors(view.scheme);
  context.font = FONT;
  context.fillStyle = text;
  context.strokeStyle = grid;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of yTicks) {
    // Half a pixel: lines of one pixel are sharp between two.
    const y = Math.round(box.top + (1 - placeOf(view.yScale, tick.value)) * box.height) + 0.5;
    context.beginPath();
    context.moveTo(box.left, y);
    context.lineTo(box.left + box.width, y);
    context.stroke();
    context.fillText(tick.label, box.left - 7, y);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of xTicks) {
    const x = Math.round(box.left + placeOf(view.xScale, tick.value) * box.width) + 0.5;
    if (x < box.left || x > box.left + box.width + 1) continue;
    context.beginPath();
    context.moveTo(x, box.top);
    context.lineTo(x, box.top + box.height);
    context.stroke();
    context.fillText(tick.label, x, box.top + box.height + 7);
  }
}
