import { shellWord } from "../../../state/format";
import type { ConflictField } from "../../../widgets/Conflict";
import { GROUPS, type SettingTexts } from "./settingsValues";

/** Fields that they changed, or both did, to different values: those a person has to choose. */
export function conflictsOf(base: SettingTexts, theirs: SettingTexts, mine: SettingTexts): ConflictField[] {
  return GROUPS.flatMap(({ settings }) => settings)
    .map(({ name, label }) => ({
      name,
      label,
      base: base[name] ?? "",
      theirs: theirs[name] ?? "",
      mine: (mine[name] ?? "").trim(),
    }))
    .filter((field) => field.theirs !== field.mine && (field.theirs !== field.base || field.mine !== field.base));
}

/** The same change from a terminal; it is refused when somebody changed the settings meanwhile. */
export function settingsCommand(service: string, version: number, patch: Record<string, unknown>): string {
  return `roadbed update service ${shellWord(service)} --settings=${shellWord(JSON.stringify(patch))} --if-match=${version}`;
}
