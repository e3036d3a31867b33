import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { Delta as Value } from "../state/better";
import { measure, share } from "../state/format";
import classes from "./Delta.module.css";

/** How a value differs from the one it is held against. `hasBetter`: one side of it is better, which is said in a word. */
export function Delta({ delta, hasBetter }: { delta: Value; hasBetter: boolean }) {
  if (delta.verdict === "same") return <span className={classes.delta}>same</span>;
  const Icon = delta.value > 0 ? IconArrowUp : IconArrowDown;
  const sign = delta.value > 0 ? "+" : "";
  const inShare = delta.share === undefined ? "" : ` (${sign}${share(delta.share)})`;
  return (
    <span className={classes.delta} data-verdict={hasBetter ? delta.verdict : undefined}>
      <Icon size={12} aria-hidden />
      {sign}
      {measure(delta.value, 3)}
      {inShare}
      {hasBetter && ` ${delta.verdict}`}
    </span>
  );
}
