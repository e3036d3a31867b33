import { type PointerEvent, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import classes from "./Canvas.module.css";

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Draws into a cleared canvas, in CSS pixels. */
export type Paint = (context: CanvasRenderingContext2D, size: Size) => void;

interface CanvasProps {
  /** What is to be seen, for those who do not see it. */
  label: string;
  height: number;
  /** Drawn anew only when it is another function: keep it with `useCallback`. */
  paint: Paint;
  /** A second layer above it, for what moves with the pointer: a thousand lines below stay as they are. */
  overlay?: Paint | undefined;
  onSize?: (size: Size) => void;
  onMove?: (at: Point | undefined) => void;
  onDown?: (at: Point) => void;
  onUp?: (at: Point) => void;
  children?: ReactNode;
}

/** Two layers to draw on, as wide as there is room, sharp on every screen. */
export function Canvas({ label, height, paint, overlay, onSize, onMove, onDown, onUp, children }: CanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const told = useRef(onSize);
  told.current = onSize;
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (width > 0) told.current?.({ width, height });
  }, [width, height]);
  const at = (event: PointerEvent): Point => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  return (
    <div
      ref={host}
      className={classes.host}
      style={{ height }}
      onPointerMove={(event) => onMove?.(at(event))}
      onPointerLeave={() => onMove?.(undefined)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        onDown?.(at(event));
      }}
      onPointerUp={(event) => onUp?.(at(event))}
    >
      <Layer paint={paint} width={width} height={height} label={label} />
      {overlay && <Layer paint={overlay} width={width} height={height} />}
      {children}
    </div>
  );
}

function Layer({ paint, width, height, label }: Size & { paint: Paint; label?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context || width === 0) return;
    const scale = window.devicePixelRatio || 1;
    canvas.current.width = Math.round(width * scale);
    canvas.current.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    paint(context, { width, height });
  }, [paint, width, height]);
  return label === undefined ? (
    <canvas ref={canvas} className={classes.layer} aria-hidden />
  ) : (
    <canvas ref={canvas} className={classes.layer} role="img" aria-label={label} />
  );
}
