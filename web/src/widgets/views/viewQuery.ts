/** Parameters of a search string by these names, in the order of the names: two searches that show the same are written the same. */
export function viewQuery(search: string, names: readonly string[]): string {
  const given = new URLSearchParams(search);
  const kept = new URLSearchParams();
  for (const name of names) {
    const value = given.get(name);
    if (value !== null && value !== "") kept.set(name, value);
  }
  return kept.toString();
}

/** What must be written into the address so that it shows a saved query: names it does not hold are dropped. */
export function viewChanges(query: string, names: readonly string[]): Record<string, string | undefined> {
  const saved = new URLSearchParams(query);
  return Object.fromEntries(names.map((name) => [name, saved.get(name) ?? undefined]));
}
