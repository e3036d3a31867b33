import { IconBook, IconSettings } from "@tabler/icons-react";
import { Link as RouterLink, useLocation } from "wouter";
import type { Feature, NavigationItem } from "../feature";
import { useAddress } from "../state/url";
import classes from "./frame.module.css";

const SETTINGS = "/settings";

function isWithin(location: string, path: string): boolean {
  return path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`);
}

/** The places of the portal. */
export function Navigation({ features, onNavigate }: { features: Feature[]; onNavigate: () => void }) {
  const [location] = useLocation();
  const address = useAddress();
  const items = features
    .map((feature) => feature.navigation)
    .filter((item): item is NavigationItem => item !== undefined)
    .sort((one, other) => one.order - other.order);
  const link = (path: string, label: string, Icon: NavigationItem["icon"]) => (
    <RouterLink
      key={path}
      href={address(path)}
      className={classes.item}
      aria-current={isWithin(location, path) ? "page" : undefined}
      onClick={onNavigate}
    >
      <Icon size={18} stroke={1.7} />
      {label}
    </RouterLink>
  );
  const isSettings = location.startsWith(SETTINGS);
  return (
    <div className={classes.navigation}>
      {items.map((item) => link(item.path, item.label, item.icon))}
      <div className={classes.bottom}>
        <RouterLink
          href={address("/settings/members")}
          className={classes.item}
          aria-current={isSettings ? "page" : undefined}
          onClick={onNavigate}
        >
          <IconSettings size={18} stroke={1.7} />
          Settings
        </RouterLink>
        <a href="/docs" className={classes.item}>
          <IconBook size={18} stroke={1.7} />
          Documentation
        </a>
      </div>
    </div>
  );
}
