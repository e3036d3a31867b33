/** Pico-units (10⁻¹² of the currency) as a decimal text, exact: "0.0316". Numbers in JavaScript would round the last digits. */
export function priceText(picos: number | bigint): string {
  const amount = BigInt(picos);
  const whole = amount / 1_000_000_000_000n;
  const rest = (amount % 1_000_000_000_000n).toString().padStart(12, "0").replace(/0+$/, "");
  return rest === "" ? whole.toString() : `${whole}.${rest}`;
}

/** A typed price as pico-units; undefined when it is no price. */
export function picosOf(text: string): number | undefined {
  const match = /^\s*(\d{1,6})(?:[.,](\d{1,12}))?\s*$/.exec(text);
  if (!match) return undefined;
  const picos = BigInt(match[1] ?? "0") * 1_000_000_000_000n + BigInt((match[2] ?? "").padEnd(12, "0") || "0");
  return picos <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(picos) : undefined;
}
