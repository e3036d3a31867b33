import { useEffect, useRef } from "react";

/** For a row of tabs that scrolls sideways on a phone: the chosen one is scrolled to, so that nobody wonders which it is. */
export function useTabInView<Row extends HTMLElement>(chosen: string) {
  const row = useRef<Row>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another place to scroll to.
  useEffect(() => {
    const tab = row.current?.querySelector<HTMLElement>('[aria-current="page"], [aria-selected="true"]');
    if (!row.current || !tab) return;
    const [middle, width] = [tab.offsetLeft + tab.offsetWidth / 2, row.current.clientWidth];
    row.current.scrollTo({ left: middle - row.current.offsetLeft - width / 2 });
  }, [chosen]);
  return row;
}
