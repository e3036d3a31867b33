import "uplot/dist/uPlot.min.css";
import type { RefObject } from "react";
import UPlot from "uplot";
import { axisColors, chartColor, type Scheme, withOpacity } from "./colors";
import type { Series } from "./TimeChart";
import { timeAt, timeTicks } from "./timeTicks";

interface Drawn {
  series: Series[];
  xKind?: "time" | "number";
  format: (value: number) => string;
  height?: number;
  sync?: string;
  onZoom?: (from: number, to: number) => void;
  logarithmic?: boolean;
  fit?: boolean;
  binary?: boolean;
  limits?: { value: number; label: string }[];
}

const FONT = "12px system-ui, sans-serif";

/** Distances of ticks on an axis of numbers: steps are whole, so between them stands no tick unless there is hardly more than one. */
const WHOLE = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();
const FINE = [-6, -5, -4, -3, -2, -1].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));

/** Distances of ticks on an axis of bytes, so that they say 512 MiB and not 477. */
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

function scheme(): Scheme {
  return document.documentElement.getAttribute("data-mantine-color-scheme") === "dark" ? "dark" : "light";
}

/** Lines at limits, with their names at the right. */
function limitPlugin<T extends Drawn>(current: RefObject<T>, color: string): UPlot.Plugin {
  return {
    hooks: {
      draw: (chart) => {
        const { ctx } = chart;
        const { left, top, width, height } = chart.bbox;
        ctx.save();
        ctx.strokeStyle = color;
        ctx.fillStyle = color;
        ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
        ctx.textAlign = "right";
        ctx.textBaseline = "bottom";
        ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
        for (const limit of current.current.limits ?? []) {
          const y = Math.round(chart.valToPos(limit.value, "y", true));
          if (y < top || y > top + height) continue;
          ctx.beginPath();
          ctx.moveTo(left, y);
          ctx.lineTo(left + width, y);
          ctx.stroke();
          ctx.fillText(limit.label, left + width - 4 * devicePixelRatio, y - 3 * devicePixelRatio);
        }
        ctx.restore();
      },
    },
  };
}

/** Places of values that have none on either side. */
function lonely(series: Series | undefined): number[] {
  const values = series?.values ?? [];
  const isKnown = (index: number) => values[index] !== null && values[index] !== undefined;
  return [...values.keys()].filter((index) => isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1));
}

/** Makes a chart in `element`. `current` gives the newest props, so that handlers never see old ones. */
export function makeChart<T extends Drawn>(
  element: HTMLElement,
  current: RefObject<T>,
  data: (number | null)[][],
  markers: (current: () => T) => UPlot.Plugin,
): UPlot {
  const { series, xKind, height = 190, sync, logarithmic, binary } = current.current;
  const theme = scheme();
  const { text, grid } = axisColors(theme);
  const lines: UPlot.Series[] = [{}];
  const bands: UPlot.Band[] = [];
  series.forEach((each, index) => {
    const stroke = chartColor(each.color ?? index, theme);
    // A value without neighbours makes no line: without a point nobody would see it.
    const points = {
      show: true,
      size: 4,
      filter: () => (each.values.length <= 60 ? null : lonely(current.current.series[index])),
    };
    lines.push({
      label: each.label,
      stroke: each.faint ? withOpacity(stroke, 0.35) : stroke,
      width: 1.5,
      spanGaps: each.breaks !== true,
      points,
      ...(each.dashed ? { dash: [5, 4] } : {}),
    });
    if (each.low && each.high) {
      const at = lines.length;
      const edge: UPlot.Series = {
        stroke: withOpacity(stroke, 0.35),
        width: 0.5,
        spanGaps: true,
        points: { show: false },
      };
      lines.push(edge, edge);
      bands.push({ series: [at + 1, at], fill: withOpacity(stroke, 0.16) });
    }
  });
  const axis = { stroke: text, font: FONT, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const options: UPlot.Options = {
    width: element.clientWidth || 300,
    height,
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      ...(sync ? { sync: { key: sync } } : {}),
    },
    scales: {
      x: {
        time: xKind !== "number",
        // A single point stands in the middle of a minute or of two steps; uPlot would show a whole day of it.
        range: (chart, low, high) => {
          const [only] = chart.data[0];
          if (chart.data[0].length !== 1 || only === undefined) return [low, high];
          return xKind === "number" ? [only - 1, only + 1] : [only - 30, only + 30];
        },
      },
      y: {
        distr: logarithmic ? 3 : 1,
        range: (_chart, low, high) => {
          if (logarithmic) return UPlot.rangeLog(low, high, 10, true);
          const limits = (current.current.limits ?? []).map(({ value }) => value);
          const [from, to] = [Math.min(low, ...limits), Math.max(high, ...limits)];
          if (current.current.fit) return UPlot.rangeNum(from, to === from ? to + 1 : to, 0.1, true);
          const base = Math.min(from, 0);
          return UPlot.rangeNum(base, to === base ? to + 1 : to, 0.1, true);
        },
      },
    },
    axes: [
      xKind === "number"
        ? { ...axis, incrs: (_chart, _axis, low, high) => (high - low >= 2 ? WHOLE : FINE) }
        : { ...axis, space: 76, values: (_chart, ticks, _axis, _space, stepSeconds) => timeTicks(ticks, stepSeconds) },
      {
        ...axis,
        ...(binary ? { incrs: POWERS_OF_TWO } : {}),
        size: (_chart, values) => 24 + 7 * Math.max(3, ...(values ?? []).map((value) => value.length)),
        values: (_chart, ticks) => ticks.map((tick) => (tick === null ? "" : current.current.format(tick))),
      },
    ],
    series: lines,
    bands,
    plugins: [markers(() => current.current), limitPlugin(current, text), readoutPlugin(current)],
    hooks: {
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width < 5) return;
          current.current.onZoom?.(chart.posToVal(left, "x"), chart.posToVal(left + width, "x"));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
  return new UPlot(options, data as UPlot.AlignedData, element);
}

/** The values under the pointer. */
function readoutPlugin<T extends Drawn>(current: RefObject<T>): UPlot.Plugin {
  let box: HTMLDivElement | undefined;
  return {
    hooks: {
      init: (chart) => {
        box = document.createElement("div");
        box.className = "chart-readout";
        chart.over.appendChild(box);
      },
      setCursor: (chart) => {
        if (!box) return;
        const { idx, left = -1 } = chart.cursor;
        const shown = idx !== null && idx !== undefined && left >= 0;
        box.style.display = shown ? "block" : "none";
        if (!shown) return;
        const x = chart.data[0][idx] ?? 0;
        const { series, xKind, format } = current.current;
        const span = (chart.data[0].at(-1) ?? 0) - (chart.data[0][0] ?? 0);
        const rows = [xKind === "number" ? String(x) : timeAt(x, span)];
        for (const each of series.slice(0, 8)) {
          const value = each.values[idx];
          if (value !== null && value !== undefined) rows.push(`${each.label} ${format(value)}`);
        }
        box.textContent = rows.join("\n");
        const room = chart.over.clientWidth;
        box.style.left = left > room / 2 ? "4px" : "auto";
        box.style.right = left > room / 2 ? "auto" : "4px";
      },
    },
  };
}
