import { Text } from "@mantine/core";
import { Facts } from "../../../widgets/Facts";
import classes from "./SettingsForm.module.css";
import { GROUPS, type Setting, textsOf } from "./settingsValues";

/** Every setting with its value, or with what holds where nothing is set. */
export function SettingsFacts({ written }: { written: unknown }) {
  const texts = textsOf(written);
  const shown = (setting: Setting) => {
    const text = texts[setting.name] ?? "";
    if (text === "")
      return (
        <Text span size="sm" c="dimmed">
          {setting.standard} (default)
        </Text>
      );
    return setting.choices?.find(({ value }) => value === text)?.label ?? text;
  };
  return (
    <div className={classes.groups}>
      {GROUPS.map(({ title, settings }) => (
        <div key={title}>
          <Text size="sm" fw={600} mb={4}>
            {title}
          </Text>
          <Facts items={settings.map((setting) => [setting.label, shown(setting)])} />
        </div>
      ))}
    </div>
  );
}
