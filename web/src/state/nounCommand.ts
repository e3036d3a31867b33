import { teamHeader } from "../api/team";
import { shellWord } from "./format";

type Flags = Record<string, string | number | boolean | undefined>;

/**
 * What a form changes, as a command: `roadbed update view 0198 --shared=true`. Values stand behind an equals sign, so that one with a hyphen
 * in front stays a value; what is undefined is left out.
 */
export function plainCommand(verb: string, noun: string, name: string, flags: Flags = {}): string {
  return `roadbed ${verb} ${noun} ${withFlags(name, flags)}`;
}

/** A name, if there is one, and flags. */
function withFlags(name: string | undefined, flags: Flags): string {
  const words = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${shellWord(String(value))}`],
  );
  if (name === undefined) return words.join(" ");
  // Behind two hyphens, a name with one in front is a name.
  return (name.startsWith("-") ? [...words, "--", shellWord(name)] : [shellWord(name), ...words]).join(" ");
}

/** A command about experiments, runs, models, their versions and aliases, such as `roadbed delete version churn/3 --team=growth --yes`. */
export function nounCommand(verb: string, noun: string, name: string, flags: Flags = {}): string {
  const [team] = Object.values(teamHeader("/api/v1/models"));
  const command = plainCommand(verb, noun, name, { ...flags, team });
  return verb === "delete" ? `${command} --yes` : command;
}

/** A command that is a verb alone, such as `roadbed approve churn/3 --alias=champion`. */
export function verbCommand(verb: string, name: string | undefined, flags: Flags): string {
  const [team] = Object.values(teamHeader("/api/v1/models"));
  return `roadbed ${verb} ${withFlags(name, { ...flags, team })}`.trim();
}

/** Brings back a run or an experiment that was deleted. */
export function restoreCommand(noun: "run" | "experiment", id: string): string {
  return `${nounCommand("update", noun, id)} --restore`;
}
