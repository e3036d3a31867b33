import type { Scheme } from "../../../charts/colors";

/** From the least value to the greatest. Each stop has at least 3:1 against the page of its theme. */
const STOPS: Record<Scheme, [number, number, number][]> = {
  light: [
    [42, 42, 140],
    [138, 31, 154],
    [201, 47, 109],
    [207, 92, 8],
  ],
  dark: [
    [111, 124, 255],
    [197, 107, 255],
    [255, 127, 168],
    [255, 209, 102],
  ],
};

/** A colour for a place 0 to 1 between the least and the greatest value. */
export function gradientColor(place: number, scheme: Scheme): string {
  const stops = STOPS[scheme];
  const held = Math.max(0, Math.min(1, place)) * (stops.length - 1);
  const index = Math.min(Math.floor(held), stops.length - 2);
  const [from, to] = [stops[index], stops[index + 1]];
  if (!from || !to) return "#808080";
  const mixed = from.map((value, channel) => Math.round(value + ((to[channel] ?? value) - value) * (held - index)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The same as a CSS background, for legends. */
export function gradientBar(scheme: Scheme): string {
  return `linear-gradient(to right, ${STOPS[scheme].map((stop) => `rgb(${stop.join(" ")})`).join(", ")})`;
}
