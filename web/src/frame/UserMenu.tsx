import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { IconUser } from "@tabler/icons-react";
import { Link as RouterLink } from "wouter";
import { api, goToLogin } from "../api/client";
import { useSession } from "../state/session";
import { useAddress } from "../state/url";
import { openShortcutHelp, shortcutsAreOn, switchShortcuts } from "./shortcuts";

const SCHEMES = [
  { value: "auto", label: "Colours as the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

/** Who is logged in, colours, keys, and the way out. */
export function UserMenu() {
  const { me } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const address = useAddress();
  const leave = async () => {
    await api.DELETE("/api/v1/sessions");
    goToLogin();
  };
  return (
    <Menu position="bottom-end" width={230} shadow="md">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={me ? `You are ${me.name}` : "You"}>
          <IconUser size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {me && <Menu.Label>{me.name}</Menu.Label>}
        <Menu.Item component={RouterLink} href={address("/settings/tokens")}>
          My tokens
        </Menu.Item>
        <Menu.Divider />
        {SCHEMES.map(({ value, label }) => (
          <Menu.Item
            key={value}
            onClick={() => setColorScheme(value)}
            rightSection={colorScheme === value ? "✓" : undefined}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={openShortcutHelp}>Keyboard shortcuts</Menu.Item>
        <Menu.Item onClick={switchShortcuts}>Single keys {shortcutsAreOn() ? "on" : "off"}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>Log out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
