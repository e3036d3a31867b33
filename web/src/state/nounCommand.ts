import { teamHeader } from "../api/team";
import { shellWord } from "./format";

/**
 * A command about runs, models, their versions and aliases, such as `roadbed delete version churn/3 --team=growth --yes`. Values stand behind
 * an equals sign, so that one with a hyphen in front stays a value.
 */
export function nounCommand(
  verb: string,
  noun: string,
  name: string,
  flags: Record<string, string | undefined> = {},
): string {
  const [team] = Object.values(teamHeader("/api/v1/models"));
  const words = Object.entries({ ...flags, team }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${shellWord(value)}`],
  );
  if (verb === "delete") words.push("--yes");
  return ["roadbed", verb, noun, shellWord(name), ...words].join(" ");
}
