import { momentOf } from "../../state/range";

const MINUTE = 60_000;

/** A moment as the field of a browser writes it: local time to the second, `2026-05-04T12:00:00`. */
export function localText(at: number): string {
  const zone = new Date(at).getTimezoneOffset() * MINUTE;
  return new Date(at - zone).toISOString().slice(0, 19);
}

/** What the field holds, for the address: the same moment for everybody, whatever their zone is. */
export function addressOf(local: string): string | undefined {
  const at = Date.parse(local);
  return local === "" || Number.isNaN(at) ? undefined : new Date(at).toISOString().replace(".000Z", "Z");
}

/** Milliseconds of what stands in the address (`-7d` or a time); undefined means now. Relative ones are kept to the minute, so that the same question is asked once. */
export function momentOfAddress(text: string | undefined, now: number): number | undefined {
  if (text === undefined || text === "now") return undefined;
  return momentOf(text, Math.floor(now / MINUTE) * MINUTE);
}
