/** As many charts as are on a page, so that thousands of metrics cost no more than a few. */
export const PAGE_CHARTS = 20;
/** Stands for metrics without a prefix. */
export const UNGROUPED = "(none)";
const SYSTEM = "system/";

/** Was it measured about the machine rather than the model? Clients log such under `system/`. */
export function isSystem(key: string): boolean {
  return key.startsWith(SYSTEM);
}

/** `train/loss` → `train`. */
export function groupOf(key: string): string {
  const slash = key.indexOf("/");
  return slash > 0 ? key.slice(0, slash) : UNGROUPED;
}

export interface Group {
  name: string;
  count: number;
}

/** The prefixes and how many metrics have them, by name; what has none comes first. */
export function groupsOf(keys: string[]): Group[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(groupOf(key), (counts.get(groupOf(key)) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((one, other) => {
      if (one.name === UNGROUPED) return -1;
      if (other.name === UNGROUPED) return 1;
      return inOrder(one.name, other.name);
    });
}

const collator = new Intl.Collator("en", { numeric: true });

/** layer 2 before layer 10. */
export function inOrder(one: string, other: string): number {
  return collator.compare(one, other);
}

export interface KeyChoice {
  text: string;
  group: string | undefined;
}

/** Keys of the group that hold every typed word, in any case, ordered by group and name. */
export function chosenKeys(keys: string[], choice: KeyChoice): string[] {
  const words = choice.text.toLowerCase().split(/\s+/).filter(Boolean);
  return keys
    .filter((key) => choice.group === undefined || groupOf(key) === choice.group)
    .filter((key) => words.every((word) => key.toLowerCase().includes(word)))
    .sort(
      (one, other) => Number(groupOf(one) !== UNGROUPED) - Number(groupOf(other) !== UNGROUPED) || inOrder(one, other),
    );
}

/** The keys of a page, and which page it really is: one behind the end is the last one. */
export function pageOf<Item>(items: Item[], asked: number): { page: number; pages: number; items: Item[] } {
  const pages = Math.max(1, Math.ceil(items.length / PAGE_CHARTS));
  const page = Math.min(Math.max(1, Math.trunc(asked) || 1), pages);
  return { page, pages, items: items.slice((page - 1) * PAGE_CHARTS, page * PAGE_CHARTS) };
}
