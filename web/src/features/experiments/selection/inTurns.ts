/** A browser opens six connections to a server: the page itself needs some of them. */
const AT_ONCE = 3;

/** Does something with each item, a few at a time. The first refusal stops it; what was done stays done. */
export async function inTurns<Item>(items: Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
