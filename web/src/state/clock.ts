import { useSyncExternalStore } from "react";

/** One ticking clock for all relative times on a page: a timer each would wake the machine a thousand times. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Milliseconds since 1970, renewed each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
