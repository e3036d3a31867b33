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

/** The same change from a terminal: settings that no manifest holds are changed over the API. */
export function patchCommand(service: string, version: number, patch: Record<string, unknown>): string {
  return [
    `curl -X PATCH "$ROADBED_URL/api/v1/services/${encodeURIComponent(service)}" \\`,
    `  -H "Authorization: Bearer $ROADBED_TOKEN" -H 'If-Match: ${version}' \\`,
    `  -H 'Content-Type: application/json' -d ${shellWord(JSON.stringify({ settings: patch }))}`,
  ].join("\n");
}
