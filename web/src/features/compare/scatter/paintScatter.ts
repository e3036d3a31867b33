import { axisColors, type Scheme, withOpacity } from "../../../charts/colors";
import type { Point, Size } from "../draw/Canvas";
import type { Box } from "../draw/polylines";
import { placeOf, type Scale, ticksOf } from "../draw/scale";

export interface ScatterView {
  /** One per run; undefined for a run without one of the values. */
  values: (Point | undefined)[];
  colors: string[];
  xScale: Scale;
  yScale: Scale;
  xName: string;
  yName: string;
  scheme: Scheme;
}

const FONT = "12px system-ui, sans-serif";
const RADIUS = 4.5;

export function scatterBox({ width, height }: Size): Box {
  return { left: 72, top: 22, width: Math.max(10, width - 92), height: Math.max(10, height - 68) };
}

/** Where a run is drawn. */
export function spotOf(value: Point, view: ScatterView, box: Box): Point {
  return {
    x: box.left + placeOf(view.xScale, value.x) * box.width,
    y: box.top + (1 - placeOf(view.yScale, value.y)) * box.height,
  };
}

/** The run drawn nearest to a point, as its number; -1 when none is within reach. */
export function nearestSpot(at: Point, view: ScatterView, box: Box, within: number): number {
  let [best, distance] = [-1, within];
  view.values.forEach((value, index) => {
    if (!value) return;
    const spot = spotOf(value, view, box);
    const found = Math.hypot(spot.x - at.x, spot.y - at.y);
    if (found < distance) [best, distance] = [index, found];
  });
  return best;
}

export function paintScatter(context: CanvasRenderingContext2D, size: Size, view: ScatterView): void {
  const box = scatterBox(size);
  context.clearRect(0, 0, size.width, size.height);
  paintAxes(context, view, box);
  view.values.forEach((value, index) => {
    if (!value) return;
    const { x, y } = spotOf(value, view, box);
    const color = view.colors[index] ?? "#808080";
    context.fillStyle = withOpacity(color, view.values.length > 200 ? 0.7 : 0.9);
    context.beginPath();
    context.arc(x, y, RADIUS, 0, 2 * Math.PI);
    context.fill();
  });
}

/** A ring around one run. */
export function paintRing(context: CanvasRenderingContext2D, size: Size, view: ScatterView, index: number): void {
  const value = view.values[index];
  if (!value) return;
  const { x, y } = spotOf(value, view, scatterBox(size));
  context.strokeStyle = axisColors(view.scheme).text;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, RADIUS + 4, 0, 2 * Math.PI);
  context.stroke();
}

function paintAxes(context: CanvasRenderingContext2D, view: ScatterView, box: Box): void {
  const { text, grid } = axisColors(view.scheme);
  context.font = FONT;
  context.strokeStyle = grid;
  context.fillStyle = text;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of ticksOf(view.yScale, box.height / 50)) {
    const y = Math.round(box.top + (1 - placeOf(view.yScale, tick.value)) * box.height) + 0.5;
    line(context, box.left, y, box.left + box.width, y);
    context.fillText(tick.label, box.left - 7, y);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of ticksOf(view.xScale, box.width / 100)) {
    const x = Math.round(box.left + placeOf(view.xScale, tick.value) * box.width) + 0.5;
    line(context, x, box.top, x, box.top + box.height);
    context.fillText(tick.label, x, box.top + box.height + 7);
  }
  context.font = `600 ${FONT}`;
  context.fillText(view.xName, box.left + box.width / 2, box.top + box.height + 28);
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillText(view.yName, 4, 13);
}

function line(context: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}
