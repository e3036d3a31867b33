import type { ReactNode } from "react";
import { Link as RouterLink, useLocation } from "wouter";
import { useKnownFeatures } from "../state/knownFeatures";
import { useAddress } from "../state/url";
import { Page } from "./Page";
import classes from "./SettingsPage.module.css";
import { useTabInView } from "./useTabInView";

/** One page of the settings, with the way to the others. */
export function SettingsPage({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const address = useAddress();
  const [location] = useLocation();
  const row = useTabInView<HTMLElement>(location);
  const tabs = useKnownFeatures()
    .flatMap(({ settings }) => (settings ? [settings] : []))
    .sort((one, other) => one.order - other.order);
  return (
    <Page title={title} crumbs={[{ label: "Settings", to: "/settings/members" }]} actions={actions}>
      <nav ref={row} aria-label="Settings" className={classes.tabs}>
        {tabs.map((tab) => (
          <RouterLink
            key={tab.path}
            href={address(tab.path)}
            className={classes.tab}
            aria-current={location === tab.path ? "page" : undefined}
          >
            {tab.label}
          </RouterLink>
        ))}
      </nav>
      {children}
    </Page>
  );
}
