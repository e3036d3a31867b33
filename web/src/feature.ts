import type { ComponentType } from "react";
import type { Renewals } from "./state/renewal";

/** A page of a feature. `path` is a wouter pattern; `load` brings its code when it is first visited. */
export interface PageRoute {
  path: string;
  load: () => Promise<{ default: ComponentType }>;
}

/** A place in the navigation on the left. */
export interface NavigationItem {
  label: string;
  path: string;
  icon: ComponentType<{ size?: number | string; stroke?: number | string }>;
  /** Second key after `g`. */
  key?: string;
  /** Where it stands, ascending. Settings come last. */
  order: number;
}

/** Something found for a text typed into the palette. */
export interface Found {
  id: string;
  label: string;
  about: string;
  path: string;
}

/** What the frame knows of a capability's web part. */
export interface Feature {
  name: string;
  routes: PageRoute[];
  navigation?: NavigationItem;
  /** Tab of the settings, when it is one. */
  settings?: { label: string; path: string; order: number };
  /** What is shown anew when the platform tells of a change to such a subject. */
  renewals?: Renewals;
  /** Finds objects for the palette; at most 5. */
  search?: (text: string) => Promise<Found[]>;
}
