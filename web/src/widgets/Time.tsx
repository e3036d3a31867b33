import { useNow } from "../state/clock";
import { duration, exact, relative } from "../state/format";

/** How long ago, with the exact time on hover and for programs. `at` is RFC 3339. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return <span>–</span>;
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={exact(moment)}>
      {relative(moment, now)}
    </time>
  );
}

/** From one moment to another, or until now while there is no end. */
export function Duration({ from, to }: { from: string | null | undefined; to?: string | null | undefined }) {
  const now = useNow();
  if (!from) return <span>–</span>;
  return <span>{duration(((to ? Date.parse(to) : now) - Date.parse(from)) / 1000)}</span>;
}
