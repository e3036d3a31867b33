/** Items that hold every typed word in their name or value, in any case. */
export function matching<Item extends { name: string; value: string }>(items: Item[], text: string): Item[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(({ name, value }) => {
    const all = `${name}\n${value}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
