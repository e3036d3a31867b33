/** Ten colours that stay apart for colour-blind people and reach 3:1 on the page, per theme. */
const LIGHT = [
  "#3b4cca",
  "#c2500f",
  "#16794c",
  "#a3217d",
  "#0b7285",
  "#7a5c00",
  "#7048b6",
  "#c0242a",
  "#4a6a1f",
  "#505a66",
];
const DARK = [
  "#8fa0ff",
  "#ff9a52",
  "#5ecb8f",
  "#f07fc9",
  "#4fc3d9",
  "#e3bf4a",
  "#b79af0",
  "#ff8585",
  "#a5cf6b",
  "#aab3bf",
];

export type Scheme = "light" | "dark";

/** Colour number `index` of the theme; after the tenth they start again. */
export function chartColor(index: number, scheme: Scheme): string {
  const colors = scheme === "dark" ? DARK : LIGHT;
  return colors[((index % colors.length) + colors.length) % colors.length] ?? "#808080";
}

/** Lines and text of axes. */
export function axisColors(scheme: Scheme): { text: string; grid: string } {
  return scheme === "dark" ? { text: "#a4abb5", grid: "#2b303b" } : { text: "#575e66", grid: "#e6e9ee" };
}

/** `#rrggbb` with an opacity 0..1. */
export function withOpacity(color: string, opacity: number): string {
  return `${color}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, "0")}`;
}
