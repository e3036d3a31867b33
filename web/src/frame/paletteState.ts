const OPEN_EVENT = "roadbed:palette";

/** Opens search and commands; its code comes with the first use. */
export function openPalette(): void {
  window.dispatchEvent(new Event(OPEN_EVENT));
}

export function onPaletteOpen(listener: () => void): () => void {
  window.addEventListener(OPEN_EVENT, listener);
  return () => window.removeEventListener(OPEN_EVENT, listener);
}
