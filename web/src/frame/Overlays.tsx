import { lazy, Suspense, useEffect, useState } from "react";
import type { Feature } from "../feature";
import { onPaletteOpen } from "./paletteState";
import { onShortcutHelp } from "./shortcuts";

const Palette = lazy(() => import("./Palette"));
const ShortcutHelp = lazy(() => import("./ShortcutHelp"));

/** What lies over a page when it is asked for; its code stays away until then. */
export function Overlays({ features }: { features: Feature[] }) {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  useEffect(() => onPaletteOpen(() => setPalette(true)), []);
  useEffect(() => onShortcutHelp(() => setHelp(true)), []);
  return (
    <Suspense fallback={null}>
      {palette && <Palette features={features} />}
      {help && <ShortcutHelp features={features} close={() => setHelp(false)} />}
    </Suspense>
  );
}
