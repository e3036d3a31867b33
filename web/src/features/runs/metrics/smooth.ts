/**
 * Exponential moving average: each value counts, older ones less. `weight` 0 leaves the line as it is, towards 1 it gets smoother. The
 * start is corrected for the values that are missing before it, so the line begins at the first value and not at nothing. Where nothing
 * was logged stays empty.
 */
export function smoothed(values: (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return values;
  const share = Math.min(weight, 0.999);
  let sum = 0;
  let counted = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    sum = sum * share + value * (1 - share);
    counted = counted * share + (1 - share);
    return sum / counted;
  });
}
