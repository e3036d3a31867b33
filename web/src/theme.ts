import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** Signal blue of the rails. Shade 7 on white and white on shade 7 both pass 4.5:1. */
const rail: MantineColorsTuple = [
  "#eef1ff",
  "#dce1fb",
  "#b6c0f3",
  "#8e9dec",
  "#6c7ee6",
  "#566ae2",
  "#4a5fe0",
  "#3b4cca",
  "#3243b4",
  "#28389d",
];

/** Mantine's red with darker shades for buttons: white on shade 7 passes 4.5:1. */
const red: MantineColorsTuple = [
  "#fff5f5",
  "#ffe3e3",
  "#ffc9c9",
  "#ffa8a8",
  "#ff8787",
  "#ff6b6b",
  "#fa5252",
  "#c92a2a",
  "#b52626",
  "#a32121",
];

/** Mantine's greys of the dark theme with the blue of our dark surfaces in them; beside these, its own look brown. */
const dark: MantineColorsTuple = [
  "#c9ced6",
  "#b3bac5",
  "#828b99",
  "#69717f",
  "#3f4654",
  "#363c49",
  "#262b35",
  "#1c2029",
  "#171a21",
  "#101218",
];

export const theme = createTheme({
  primaryColor: "rail",
  // Mantine's own shade fails the contrast that text on a button needs.
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  colors: { rail, red, dark },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  defaultRadius: "md",
  headings: {
    fontWeight: "650",
    sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.125rem" }, h3: { fontSize: "1rem" } },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: { Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } } },
});

/** Colours of states and charts; each pair was chosen for 4.5:1 as text on the page in its theme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#575e66",
    "--mantine-color-body": "#ffffff",
    "--mantine-color-anchor": "#3243b4",
    "--mantine-color-placeholder": "#666d75",
    "--mantine-color-error": "#c0242a",
    "--roadbed-canvas": "#f6f7f9",
    "--roadbed-line": "#e1e4ea",
    "--roadbed-good": "#1d7a3a",
    "--roadbed-warn": "#8f5400",
    "--roadbed-bad": "#c0242a",
    "--roadbed-info": "#3243b4",
    "--roadbed-good-soft": "#e6f5ea",
    "--roadbed-warn-soft": "#fdf1dc",
    "--roadbed-bad-soft": "#fdeaea",
    "--roadbed-info-soft": "#eaeefe",
    "--roadbed-neutral-soft": "#eceff2",
  },
  dark: {
    "--mantine-color-dimmed": "#a4abb5",
    "--mantine-color-body": "#171a21",
    "--mantine-color-anchor": "#a9b5f8",
    "--mantine-color-placeholder": "#939aa5",
    "--mantine-color-error": "#ff8f8f",
    "--mantine-color-text": "#e3e6ec",
    // Mantine's are so pale that a button which deletes looks like any other.
    "--mantine-color-red-light-color": "#ff8f8f",
    "--mantine-color-rail-light-color": "#a9b5f8",
    "--roadbed-canvas": "#101218",
    "--roadbed-line": "#2b303b",
    "--roadbed-good": "#6fd08c",
    "--roadbed-warn": "#f2b155",
    "--roadbed-bad": "#ff8f8f",
    "--roadbed-info": "#a9b5f8",
    "--roadbed-good-soft": "#16301f",
    "--roadbed-warn-soft": "#372810",
    "--roadbed-bad-soft": "#3c1b1d",
    "--roadbed-info-soft": "#1f2650",
    "--roadbed-neutral-soft": "#262a34",
  },
});
