import { teamHeader } from "../api/team";
import { shellWord } from "./format";

type Flags = Record<string, string | number | boolean | undefined>;

/**
 * What a form changes, as a command: `roadbed update view 0198 --shared=true`. Values stand behind an equals sign, so that one with a hyphen
 * in front stays a value; what is undefined is left out.
 */
export function plainCommand(verb: string, noun: string, name: string, flags: Flags = {}): string {
  const words = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${shellWord(String(value))}`],
  );
  // Behind two hyphens, a name with one in front is a name.
  const named = name.startsWith("-") ? [...words, "--", shellWord(name)] : [shellWord(name), ...words];
  return ["roadbed", verb, noun, ...named].join(" ");
}

/** A command about experiments, runs, models, their versions and aliases, such as `roadbed delete version churn/3 --team=growth --yes`. */
export function nounCommand(verb: string, noun: string, name: string, flags: Flags = {}): string {
  const [team] = Object.values(teamHeader("/api/v1/models"));
  const command = plainCommand(verb, noun, name, { ...flags, team });
  return verb === "delete" ? `${command} --yes` : command;
}

/** Brings back a run or an experiment that was deleted. */
export function restoreCommand(noun: "run" | "experiment", id: string): string {
  return `${nounCommand("update", noun, id)} --restore`;
}
