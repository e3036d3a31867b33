import { createContext, useContext } from "react";
import type { Feature } from "../feature";

/** The portal's features, for what lists them: settings, help. Features themselves must not import the list they are in. */
export const KnownFeatures = createContext<Feature[]>([]);

export function useKnownFeatures(): Feature[] {
  return useContext(KnownFeatures);
}
