/** Colours of the palette in src/charts/colors.ts. */
const COLORS = 10;

/** FNV-1a: the same on every machine, so a link shows the same colours to everyone. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/**
 * A colour number for each run. It comes from the run's id, so that a run keeps it when others join or leave; only when the colour is
 * taken already, the next one that is used least is chosen.
 */
export function runColors(ids: string[]): Map<string, number> {
  const used = new Array<number>(COLORS).fill(0);
  const colors = new Map<string, number>();
  for (const id of ids) {
    if (colors.has(id)) continue;
    const least = Math.min(...used);
    let color = hash(id) % COLORS;
    while ((used[color] ?? 0) > least) color = (color + 1) % COLORS;
    used[color] = (used[color] ?? 0) + 1;
    colors.set(id, color);
  }
  return colors;
}
