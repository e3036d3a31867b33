import { axisColors, type Scheme, withOpacity } from "../../../charts/colors";
import { middle } from "../../../state/format";
import type { Brushes } from "../data/brushes";
import { type Axis, tickPlace } from "../draw/axes";
import type { Size } from "../draw/Canvas";
import { placeOf } from "../draw/scale";
import { layoutParallel, type ParallelLayout } from "./layout";

export interface ParallelView {
  axes: Axis[];
  /** One per run, in the order of the runs. */
  paths: Float64Array[];
  /** Color of each run; undefined for one that the brushes leave out. */
  colors: (string | undefined)[];
  brushes: Brushes;
  /** Some run has nothing on some axis. */
  hasMissing: boolean;
  scheme: Scheme;
}

const FONT = "12px system-ui, sans-serif";
const BOLD = "600 12px system-ui, sans-serif";
/** Letters of a name above its axis. */
const NAME_LETTERS = 18;
const TICK_LETTERS = 12;

export function paintParallel(context: CanvasRenderingContext2D, size: Size, view: ParallelView): void {
  const layout = layoutParallel(view.axes.length, size);
  const { grid } = axisColors(view.scheme);
  context.clearRect(0, 0, size.width, size.height);
  context.lineJoin = "round";
  context.lineWidth = 1;
  // What is left out lies below what is kept.
  for (const isKept of [false, true]) {
    view.paths.forEach((path, index) => {
      const color = view.colors[index];
      if ((color !== undefined) !== isKept) return;
      context.strokeStyle = color ? withOpacity(color, view.paths.length > 100 ? 0.55 : 0.85) : withOpacity(grid, 0.6);
      strokePath(context, path, layout);
    });
  }
  for (const [index, axis] of view.axes.entries()) paintAxis(context, axis, layout, layout.x[index] ?? 0, view);
  if (view.hasMissing) {
    context.font = FONT;
    context.fillStyle = axisColors(view.scheme).text;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText("none", (layout.x[0] ?? 0) - 8, layout.missing);
  }
}

/** One line above all others. */
export function paintOnePath(context: CanvasRenderingContext2D, size: Size, view: ParallelView, index: number): void {
  const path = view.paths[index];
  if (!path) return;
  const layout = layoutParallel(view.axes.length, size);
  const { text } = axisColors(view.scheme);
  for (const [style, width] of [
    [view.scheme === "dark" ? "#171a21" : "#ffffff", 6],
    [text, 4],
    [view.colors[index] ?? text, 2.5],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    strokePath(context, path, layout);
  }
}

function strokePath(context: CanvasRenderingContext2D, path: Float64Array, layout: ParallelLayout): void {
  context.beginPath();
  path.forEach((y, index) => {
    const x = layout.x[index] ?? 0;
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
}

function paintAxis(
  context: CanvasRenderingContext2D,
  axis: Axis,
  layout: ParallelLayout,
  place: number,
  { brushes, scheme }: ParallelView,
): void {
  const { text } = axisColors(scheme);
  const x = Math.round(place) + 0.5;
  const length = layout.bottom - layout.top;
  context.strokeStyle = text;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, layout.top);
  context.lineTo(x, layout.bottom);
  context.stroke();
  paintBrush(context, axis, layout, x, brushes, scheme);
  context.font = FONT;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const tick of axis.ticks) {
    const y = layout.bottom - tickPlace(axis, tick) * length;
    label(context, middle(tick.label, TICK_LETTERS), x + 6, y, scheme);
    context.fillRect(x - 3, y - 0.5, 6, 1);
  }
  context.font = BOLD;
  context.textAlign = "center";
  label(context, middle(axis.column.key, NAME_LETTERS), x, 12, scheme);
  context.font = FONT;
  label(context, axis.column.kind === "metrics" ? "metric" : "parameter", x, 28, scheme);
}

/** Text with a rim of the page's color, so that it can be read above lines. */
function label(context: CanvasRenderingContext2D, text: string, x: number, y: number, scheme: Scheme): void {
  context.lineWidth = 4;
  context.strokeStyle = scheme === "dark" ? "#171a21" : "#ffffff";
  context.strokeText(text, x, y);
  context.fillStyle = axisColors(scheme).text;
  context.fillText(text, x, y);
}

function paintBrush(
  context: CanvasRenderingContext2D,
  axis: Axis,
  { top, bottom }: ParallelLayout,
  x: number,
  brushes: Brushes,
  scheme: Scheme,
): void {
  const brush = brushes.get(axis.id);
  if (!brush) return;
  const color = scheme === "dark" ? "#a9b5f8" : "#3243b4";
  context.fillStyle = withOpacity(color, 0.25);
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  const box = (low: number, high: number) => {
    const [from, to] = [low, high].map((place) => bottom - Math.max(0, Math.min(1, place)) * (bottom - top));
    context.fillRect(x - 7, to ?? 0, 14, (from ?? 0) - (to ?? 0));
    context.strokeRect(x - 7, to ?? 0, 14, (from ?? 0) - (to ?? 0));
  };
  if ("words" in brush) {
    for (const tick of axis.ticks) if (brush.words.includes(tick.label)) box(tick.value - 0.015, tick.value + 0.015);
  } else if (axis.scale) {
    const { scale } = axis;
    const place = (value: number | undefined, open: number) => (value === undefined ? open : placeOf(scale, value));
    box(place(brush.from, 0), place(brush.to, 1));
  }
}
