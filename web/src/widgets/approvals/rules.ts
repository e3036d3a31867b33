/** What an alias asks for, as the API tells it. */
export interface Rule {
  alias: string;
  conditions: string[];
  approvers: number;
}

/** One condition per line, as they are typed. */
export function conditionsOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** How many people must agree, in words; undefined when nobody must. */
export function approversWords(approvers: number): string | undefined {
  if (approvers === 0) return undefined;
  return approvers === 1
    ? "the approval of 1 person who did not register the version"
    : `the approval of ${approvers} people who did not register the version`;
}
