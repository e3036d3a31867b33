import type { Schemas } from "../../../api/client";

type Input = Schemas["ColumnView"];

/** One input of the form. */
export interface InputField {
  name: string;
  kind: "number" | "boolean" | "text" | "json";
  /** As the signature calls it. */
  type: string;
  required: boolean;
}

const NUMBERS = ["double", "float", "long", "integer"];

/** A complete number. Half-typed ones such as `1.` stay texts, and the server says what it thinks of them. */
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Name under which the form keeps a lone input that has none. */
export const UNNAMED = "";

export function isTensor(inputs: Input[]): boolean {
  return inputs.some((input) => Array.isArray(input.shape));
}

/** Fields of a form; none when the model was logged without a signature. */
export function fieldsOf(inputs: Input[]): InputField[] {
  return inputs.map((input) => {
    const tensor = Array.isArray(input.shape);
    const kind = tensor ? "json" : kindOf(input.type);
    const type = tensor
      ? `${input.type} [${(input.shape ?? []).map((size) => (size === -1 ? "rows" : size)).join(", ")}]`
      : input.type;
    return { name: input.name ?? UNNAMED, kind, type, required: input.required };
  });
}

function kindOf(type: string): InputField["kind"] {
  if (NUMBERS.includes(type)) return "number";
  if (type === "boolean") return "boolean";
  return ["string", "datetime", "binary"].includes(type) ? "text" : "json";
}

function valueFrom(field: InputField, text: string): unknown {
  if (field.kind === "text") return text;
  if (text.trim() === "") return null;
  if (field.kind === "number") return NUMBER.test(text.trim()) ? Number(text) : text;
  if (field.kind === "boolean") return text === "true";
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The row that a form describes. What may be left out and is empty is left out. */
export function rowOf(fields: InputField[], texts: Record<string, string>): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const field of fields) {
    const text = texts[field.name] ?? "";
    if (text === "" && (!field.required || field.kind !== "text")) {
      if (field.required) row[field.name] = null;
      continue;
    }
    row[field.name] = valueFrom(field, text);
  }
  return row;
}

/** The body for what a form says: a row of a frame, or tensors by name. Parameters of the body before are kept. */
export function bodyOf(inputs: Input[], texts: Record<string, string>, before: unknown): Record<string, unknown> {
  const row = rowOf(fieldsOf(inputs), texts);
  const isLone = inputs.length === 1 && (inputs[0]?.name ?? UNNAMED) === UNNAMED;
  const params = member(before, "params");
  const rest = params === undefined ? {} : { params };
  if (isTensor(inputs)) return { inputs: isLone ? row[UNNAMED] : row, ...rest };
  return isLone ? { inputs: [row[UNNAMED]], ...rest } : { dataframe_records: [row], ...rest };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** What the form shows for a body: its first row, or its tensors. */
export function textsOf(inputs: Input[], body: unknown): Record<string, string> {
  const row = firstRow(inputs, body);
  return Object.fromEntries(fieldsOf(inputs).map(({ name }) => [name, textOf(member(row, name) ?? undefined)]));
}

function firstRow(inputs: Input[], body: unknown): unknown {
  const isLone = inputs.length === 1 && (inputs[0]?.name ?? UNNAMED) === UNNAMED;
  const given = member(body, "inputs") ?? member(body, "instances");
  if (isTensor(inputs)) return isLone ? { [UNNAMED]: given } : given;
  if (isLone) return { [UNNAMED]: Array.isArray(given) ? given[0] : given };
  const records = member(body, "dataframe_records") ?? given;
  if (Array.isArray(records)) return records[0];
  const split = member(body, "dataframe_split");
  const columns = member(split, "columns");
  const data = member(split, "data");
  if (Array.isArray(columns) && Array.isArray(data)) {
    const values = Array.isArray(data[0]) ? data[0] : [];
    return Object.fromEntries(columns.map((name, index) => [String(name), values[index]]));
  }
  // Columns by name: {"inputs": {"a": [1, 2]}}.
  if (typeof records !== "object" || records === null) return undefined;
  return Object.fromEntries(
    Object.entries(records).map(([name, values]) => [name, Array.isArray(values) ? values[0] : values]),
  );
}

/** JSON as people read it: one line per row, not one per number. */
export function pretty(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? "";
  // Arrays of plain values go on one line.
  return text.replace(
    /\[\s*((?:(?:"(?:[^"\\]|\\.)*"|[-\d.eE+]+|true|false|null),?\s*)+)\]/g,
    (_whole, items: string) => `[${items.trim().replace(/,\s*\n\s*/g, ", ")}]`,
  );
}

/** A parsed body, or why it is none. */
export function parsed(text: string): { body: unknown } | { error: string } {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: error instanceof Error ? error.message : "not JSON" };
  }
}
