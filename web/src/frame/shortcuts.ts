import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import type { Feature } from "../feature";
import { useAddress } from "../state/url";
import { openPalette } from "./paletteState";

const SWITCH_KEY = "roadbed.single-keys";
const HELP_EVENT = "roadbed:shortcut-help";
/** How long `g` waits for its second key. */
const SEQUENCE_MILLIS = 1200;

/** Single keys can be switched off (WCAG 2.1.4): speech input types letters without meaning to. */
export function shortcutsAreOn(): boolean {
  try {
    return localStorage.getItem(SWITCH_KEY) !== "off";
  } catch {
    return true;
  }
}

export function switchShortcuts(): void {
  localStorage.setItem(SWITCH_KEY, shortcutsAreOn() ? "off" : "on");
}

export function openShortcutHelp(): void {
  window.dispatchEvent(new Event(HELP_EVENT));
}

export function onShortcutHelp(listener: () => void): () => void {
  window.addEventListener(HELP_EVENT, listener);
  return () => window.removeEventListener(HELP_EVENT, listener);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

/** `g` and a letter goes to a place, `c` creates, `?` lists the keys; Ctrl K opens the palette always. */
export function useShortcuts(features: Feature[]): void {
  const [, navigate] = useLocation();
  const address = useAddress();
  const current = useRef({ navigate, address });
  current.current = { navigate, address };
  useEffect(() => {
    const places = new Map(
      features.flatMap(({ navigation }) => (navigation?.key ? [[navigation.key, navigation.path] as const] : [])),
    );
    let awaited = 0;
    const go = (path: string) => current.current.navigate(current.current.address(path));
    const press = (event: KeyboardEvent) => {
      if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !shortcutsAreOn()) return;
      if (document.querySelector('[role="dialog"]')) return;
      if (performance.now() < awaited) {
        awaited = 0;
        const path = places.get(event.key);
        if (path) go(path);
        return;
      }
      if (event.key === "g") awaited = performance.now() + SEQUENCE_MILLIS;
      if (event.key === "c") go("/new");
      if (event.key === "?") openShortcutHelp();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [features]);
}
