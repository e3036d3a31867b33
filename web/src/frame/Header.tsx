import { ActionIcon, Burger, Tooltip, UnstyledButton } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { Link as RouterLink } from "wouter";
import { useAddress } from "../state/url";
import { AlertsBell } from "./AlertsBell";
import classes from "./frame.module.css";
import { LiveState } from "./LiveState";
import { openPalette } from "./paletteState";
import { ScopeSwitch } from "./ScopeSwitch";
import { UserMenu } from "./UserMenu";

/** Whose things are looked at, search, New, whether news arrive, what needs attention, who is logged in. */
export function Header({
  navigationOpen,
  toggleNavigation,
}: {
  navigationOpen: boolean;
  toggleNavigation: () => void;
}) {
  const address = useAddress();
  return (
    <div className={classes.header}>
      <Burger
        opened={navigationOpen}
        onClick={toggleNavigation}
        hiddenFrom="sm"
        size="sm"
        aria-label={navigationOpen ? "Close navigation" : "Open navigation"}
      />
      <RouterLink href={address("/")} className={classes.brand} aria-label="Roadbed, home">
        <img src="/assets/icon.svg" alt="" width={26} height={26} />
        <span className={classes.brandWord}>Roadbed</span>
      </RouterLink>
      <ScopeSwitch />
      <div className={classes.middle}>
        <UnstyledButton className={classes.search} onClick={openPalette}>
          <IconSearch size={15} aria-hidden />
          <span className={classes.searchWord}>Search or command</span>
          <kbd>Ctrl K</kbd>
        </UnstyledButton>
      </div>
      <LiveState />
      <Tooltip label="New project">
        <ActionIcon component={RouterLink} href={address("/new")} size="lg" aria-label="New">
          <IconPlus size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <AlertsBell />
      <UserMenu />
    </div>
  );
}
