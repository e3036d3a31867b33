import { type KeyKind, quotedKey, STATUSES } from "../columns/keyColumns";

/** Words before the dot that MLflow's language takes for each kind. */
const KINDS: Record<string, KeyKind> = {
  metric: "metrics",
  metrics: "metrics",
  param: "params",
  params: "params",
  parameter: "params",
  parameters: "params",
  tag: "tags",
  tags: "tags",
};

const STARTS = [
  { text: "metrics.", about: "a number that runs log, its latest value" },
  { text: "params.", about: "a setting; compared as text, in quotes" },
  { text: "tags.", about: "a note on the run; compared as text" },
  { text: "attributes.status", about: "how the run ended" },
  { text: "attributes.run_name", about: "the name" },
  { text: "attributes.start_time", about: "milliseconds since 1970" },
  { text: "attributes.user_id", about: "who started it" },
  { text: "datasets.name", about: "the data it read" },
];
const ATTRIBUTES = ["status", "run_name", "run_id", "user_id", "start_time", "end_time"];
const NUMBER_OPERATORS = [">", "<", ">=", "<=", "=", "!="];
const TEXT_OPERATORS = ["=", "!=", "LIKE", "ILIKE"];

/** A text that can stand where the visitor is typing. */
export interface Suggestion {
  text: string;
  about?: string;
}

/** What can be completed at the caret. */
export interface Completion {
  /** Place in the filter that a suggestion replaces. */
  from: number;
  to: number;
  /** Keys of this kind that hold `word` are wanted from the server; undefined when none are. */
  keys?: { kind: KeyKind; word: string };
  suggestions: Suggestion[];
}

const IDENTIFIER = '(?:[\\w$@]+|`[^`]*`|"[^"]*")(?:\\.(?:[\\w$@]+|`[^`]*`|"[^"]*"))*';
const AFTER_IDENTIFIER = new RegExp(`^\\s*(${IDENTIFIER})\\s+([!=<>A-Za-z]*)$`);
const AFTER_OPERATOR = new RegExp(`^\\s*(${IDENTIFIER})\\s*(=|!=)\\s*('?[\\w]*)$`);
const AFTER_VALUE = new RegExp(`^\\s*${IDENTIFIER}\\s*(?:[!=<>]+|I?LIKE)\\s*(?:'[^']*'|-?[\\d.]+)\\s+(\\w*)$`, "i");

/** The start of the clause that the caret is in: after the last AND outside quotes. */
function clauseStart(before: string): number {
  let start = 0;
  for (const match of before.matchAll(/'[^']*(?:'|$)|`[^`]*(?:`|$)|"[^"]*(?:"|$)|\s(and)\s/gi))
    if (match[1] !== undefined) start = match.index + match[0].length;
  return start;
}

function starting(words: Suggestion[], typed: string): Suggestion[] {
  const lowered = typed.toLowerCase();
  return words.filter(({ text }) => text.toLowerCase().startsWith(lowered) && text.toLowerCase() !== lowered);
}

function isText(identifier: string): boolean {
  const [kind = "", key = ""] = identifier.split(".");
  if (/^metrics?$/.test(kind)) return false;
  return !["start_time", "end_time"].includes(key === "" ? kind : key);
}

/** What can stand at the caret of a filter. */
export function completionAt(filter: string, caret: number): Completion {
  const before = filter.slice(0, caret);
  const start = clauseStart(before);
  const clause = before.slice(start);
  const at = (typed: string, suggestions: Suggestion[]): Completion => ({
    from: caret - typed.length,
    to: caret,
    suggestions,
  });
  const value = AFTER_VALUE.exec(clause);
  if (value) return at(value[1] ?? "", starting([{ text: "AND ", about: "one more condition" }], value[1] ?? ""));
  const literal = AFTER_OPERATOR.exec(clause);
  if (literal) {
    const isStatus = /^(attributes?\.|attr\.|run\.)?status$/.test(literal[1] ?? "");
    const statuses = isStatus ? STATUSES.map((status) => ({ text: `'${status}'` })) : [];
    return at(literal[3] ?? "", starting(statuses, literal[3] ?? ""));
  }
  const operator = AFTER_IDENTIFIER.exec(clause);
  if (operator) {
    const words = isText(operator[1] ?? "") ? TEXT_OPERATORS : NUMBER_OPERATORS;
    return at(
      operator[2] ?? "",
      starting(
        words.map((text) => ({ text: `${text} ` })),
        operator[2] ?? "",
      ),
    );
  }
  return completeIdentifier(clause.trimStart(), at);
}

function completeIdentifier(typed: string, at: (typed: string, suggestions: Suggestion[]) => Completion): Completion {
  const dot = typed.indexOf(".");
  if (dot < 0) return at(typed, starting(STARTS, typed));
  const entity = typed.slice(0, dot);
  const word = typed.slice(dot + 1);
  if (/^(attributes?|attr|run)$/.test(entity)) {
    const fields = ATTRIBUTES.map((name) => ({ text: `${entity}.${name}` }));
    return at(typed, starting(fields, typed));
  }
  const kind = KINDS[entity];
  // A closed quote, or a space after a bare key: the key is written.
  if (!kind || /^`[^`]*`$|^"[^"]*"$/.test(word)) return at("", []);
  return { ...at(typed, []), keys: { kind, word: word.replace(/^[`"]/, "") } };
}

/** A key that the server knows, as a suggestion for what was typed. */
export function keySuggestion(typed: string, kind: KeyKind, key: string): Suggestion {
  const entity = typed.slice(0, typed.indexOf(".")) || kind;
  return { text: `${entity}.${quotedKey(key)} ` };
}

/** The filter with a suggestion in place, and where the caret goes. */
export function completed(filter: string, completion: Completion, text: string): { filter: string; caret: number } {
  const next =
    filter.slice(0, completion.from) + text + filter.slice(completion.to).replace(/^ /, text.endsWith(" ") ? "" : " ");
  return { filter: next, caret: completion.from + text.length };
}
