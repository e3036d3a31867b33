/** A body with its parts on lines of their own; what is no JSON, as it is. */
export function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2);
  } catch {
    return payload;
  }
}
