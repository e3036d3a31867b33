import type { Schemas } from "../../../api/client";

type Production = Schemas["ModelProduction"];

/** Names in a row: "a", "a and b", "a, b and c". */
export function listed(names: string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** What a version was at a moment, in a sentence. */
export function versionSentence(production: Production, version: number, isNow: boolean): string {
  const aliases = production.aliases.filter((one) => one.version === version).map(({ alias }) => `@${alias}`);
  const services = production.services.filter((one) => one.version === version).map(({ service }) => service);
  const when = isNow ? "Now" : "Then";
  const [be, answer] = isNow ? ["is", "answers"] : ["was", "answered"];
  const plural = isNow ? "answer" : "answered";
  const parts = [
    aliases.length > 0 ? `this version ${be} ${listed(aliases)}` : undefined,
    services.length > 0 ? `${listed(services)} ${services.length === 1 ? answer : plural} with it` : undefined,
  ].filter((part) => part !== undefined);
  if (parts.length === 0)
    return `${when} no alias ${isNow ? "names" : "named"} this version and no service ${answer} with it.`;
  return `${when} ${parts.join(", and ")}.`;
}
