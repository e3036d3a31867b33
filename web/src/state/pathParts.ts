import { useMemo } from "react";
import { useLocation } from "wouter";

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The parts of the page's path as they were before they were written into it: names may hold any character, which the router's parameters do not keep. */
export function usePathParts(): string[] {
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the router tells that the path changed, the window what it is.
  return useMemo(() => window.location.pathname.split("/").slice(1).map(decoded), [location]);
}
