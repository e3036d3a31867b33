/** A typed text as the kind of value that stood there before: numbers stay numbers, yes and no stay so. */
function typedLike(text: string, before: unknown): unknown {
  if (typeof before === "number") {
    const number = Number(text);
    return text.trim() !== "" && Number.isFinite(number) ? number : text;
  }
  if (typeof before === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (typeof before === "object" && before !== null) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}

/** The parameters whose text was changed. What does not fit is sent as it is, so that the server says what it accepts. */
export function changedParameters(
  before: Record<string, unknown>,
  texts: Record<string, string>,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const [name, old] of Object.entries(before)) {
    const text = texts[name];
    const oldText = typeof old === "string" ? old : JSON.stringify(old);
    if (text !== undefined && text !== oldText) changed[name] = typedLike(text, old);
  }
  return changed;
}
