import type uPlot from "uplot";

/** Something that changed, drawn as a vertical line on every chart of the page. */
export interface Marker {
  /** Seconds since 1970. */
  at: number;
  label: string;
  kind: "deploy" | "promoted" | "rolled_back" | "changed";
}

const COLORS: Record<Marker["kind"], string> = {
  deploy: "#7a86e8",
  promoted: "#37a35c",
  rolled_back: "#e5484d",
  changed: "#b7791f",
};
const DASH = [4, 3];
/** Pixels at which a marker is near enough to the pointer to be told. */
const NEAR = 6;

/** Draws markers above the lines and tells the nearest one below the pointer. */
export function markerPlugin(markers: () => Marker[]): uPlot.Plugin {
  let tip: HTMLDivElement | undefined;
  return {
    hooks: {
      init: (chart) => {
        tip = document.createElement("div");
        tip.className = "marker-tip";
        chart.over.appendChild(tip);
      },
      draw: (chart) => {
        const { ctx } = chart;
        const { left, top, width, height } = chart.bbox;
        ctx.save();
        ctx.lineWidth = devicePixelRatio;
        ctx.setLineDash(DASH.map((length) => length * devicePixelRatio));
        for (const marker of markers()) {
          const x = Math.round(chart.valToPos(marker.at, "x", true));
          if (x < left || x > left + width) continue;
          ctx.strokeStyle = COLORS[marker.kind];
          ctx.beginPath();
          ctx.moveTo(x, top);
          ctx.lineTo(x, top + height);
          ctx.stroke();
        }
        ctx.restore();
      },
      setCursor: (chart) => {
        if (!tip) return;
        const pointer = chart.cursor.left ?? -1;
        const near = markers()
          .map((marker) => ({ marker, distance: Math.abs(chart.valToPos(marker.at, "x") - pointer) }))
          .filter(({ distance }) => pointer >= 0 && distance <= NEAR)
          .sort((one, other) => one.distance - other.distance)[0];
        tip.textContent = near?.marker.label ?? "";
        tip.style.display = near ? "block" : "none";
        if (near) tip.style.left = `${Math.min(chart.valToPos(near.marker.at, "x"), chart.over.clientWidth - 150)}px`;
      },
    },
  };
}
