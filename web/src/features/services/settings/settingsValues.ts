import { stepsOf } from "../header/deployValues";

/** Values of the form by the server's name of each field, as texts; an empty one is left to its default. */
export type SettingTexts = Record<string, string>;

export interface Setting {
  /** As problems name it. */
  name: string;
  label: string;
  /** What it does, for somebody who sets it for the first time. */
  about: string;
  /** What holds while it is empty. */
  standard: string;
  kind: "number" | "text" | "steps" | "choice";
  choices?: { value: string; label: string }[];
}

export interface SettingGroup {
  title: string;
  settings: Setting[];
}

const RELEASES: Setting[] = [
  {
    name: "settings.rollout.strategy",
    label: "How traffic moves",
    about: "Step by step with a verdict, or all at once",
    standard: "step by step",
    kind: "choice",
    choices: [
      { value: "canary", label: "step by step" },
      { value: "all_at_once", label: "all at once" },
    ],
  },
  {
    name: "settings.rollout.steps",
    label: "Steps",
    about: "Rising shares of the traffic for the new revision",
    standard: "10%, 25%, 50%",
    kind: "steps",
  },
  {
    name: "settings.rollout.minimum_time",
    label: "Least time at each step",
    about: "Such as 30s or 5m",
    standard: "30s",
    kind: "text",
  },
  {
    name: "settings.rollout.minimum_units",
    label: "Least requests at each step",
    about: "To the new revision; users instead of requests where they are named",
    standard: "100",
    kind: "number",
  },
  {
    name: "settings.rollout.decide_by",
    label: "Decide within",
    about: "When this is over without a verdict, the next setting decides",
    standard: "1h",
    kind: "text",
  },
  {
    name: "settings.rollout.undecided",
    label: "Without a verdict",
    about: "What happens when the time is over",
    standard: "hold: a person decides",
    kind: "choice",
    choices: [
      { value: "hold", label: "hold: a person decides" },
      { value: "promote", label: "promote" },
      { value: "roll_back", label: "roll back" },
    ],
  },
];

const GUARDRAILS: Setting[] = [
  {
    name: "settings.rollout.guardrails.errors.limit",
    label: "Accepted errors",
    about: "Largest share of failed answers; twice the old revision's share when that is more",
    standard: "1%",
    kind: "text",
  },
  {
    name: "settings.rollout.guardrails.latency_p99.at_most",
    label: "An answer is slow above",
    about: "Such as 50ms",
    standard: "the old revision's 99th percentile",
    kind: "text",
  },
  {
    name: "settings.rollout.guardrails.latency_p99.limit",
    label: "Accepted slow answers",
    about: "Largest share of slow answers; twice the old revision's share when that is more",
    standard: "2%",
    kind: "text",
  },
];

const SERVING: Setting[] = [
  {
    name: "settings.concurrency",
    label: "Requests at one time",
    about: "More wait in line, and are refused when the line is long",
    standard: "64",
    kind: "number",
  },
  {
    name: "settings.workers",
    label: "Python workers",
    about: "Processes per gateway, for models that no native engine runs",
    standard: "1",
    kind: "number",
  },
  {
    name: "settings.batching.max_rows",
    label: "Rows in one batch",
    about: "Requests that wait are put together up to this many rows",
    standard: "no batching",
    kind: "number",
  },
  {
    name: "settings.batching.max_delay",
    label: "Wait for a batch",
    about: "Such as 2ms; only with rows in one batch",
    standard: "0ms: what waits is taken",
    kind: "text",
  },
];

export const GROUPS: SettingGroup[] = [
  { title: "Releases", settings: RELEASES },
  { title: "Guardrails of a release", settings: GUARDRAILS },
  { title: "Serving", settings: SERVING },
];

const SETTINGS = GROUPS.flatMap(({ settings }) => settings);
/** Settings that mean nothing without the other one. */
const BATCHING = ["settings.batching.max_rows", "settings.batching.max_delay"];

function at(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** The form for settings as `roadbed.yaml` writes them. */
export function textsOf(written: unknown): SettingTexts {
  const whole = { settings: written };
  return Object.fromEntries(
    SETTINGS.map(({ name }) => {
      const value = at(whole, name.split("."));
      if (value === undefined || value === null) return [name, ""];
      return [name, Array.isArray(value) ? value.join(", ") : String(value)];
    }),
  );
}

function valueFrom(setting: Setting, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (setting.kind === "steps") return stepsOf(trimmed);
  return setting.kind === "number" && /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
}

/** Fields that differ, in the order of the form. */
export function changedSettings(base: SettingTexts, texts: SettingTexts): Setting[] {
  return SETTINGS.filter(({ name }) => (texts[name] ?? "").trim() !== (base[name] ?? "").trim());
}

/** What a PATCH sends: only what changed; an emptied field returns to its default. */
export function patchOf(base: SettingTexts, texts: SettingTexts): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const setting of changedSettings(base, texts)) {
    const path = setting.name.split(".").slice(1);
    const last = path.pop() ?? "";
    let inner = patch;
    for (const key of path) {
      const next = (inner[key] ?? {}) as Record<string, unknown>;
      inner[key] = next;
      inner = next;
    }
    inner[last] = valueFrom(setting, texts[setting.name] ?? "");
  }
  // A batching without its rows is none.
  if (patch.batching && BATCHING.every((name) => (texts[name] ?? "").trim() === "")) patch.batching = null;
  return patch;
}

/** A value as YAML. What is no plain word is quoted, as JSON quotes it: that is YAML too. */
export function yamlOf(value: unknown, indent = 0): string {
  if (Array.isArray(value)) return `[${value.map((item) => yamlOf(item)).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" && /^[A-Za-z0-9][\w.%/@-]*$/.test(value) && !/^[\d.]+$/.test(value)
      ? value
      : JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  const pad = " ".repeat(indent);
  return entries
    .map(([key, inner]) => {
      const isBlock =
        typeof inner === "object" && inner !== null && !Array.isArray(inner) && Object.keys(inner).length > 0;
      return `${pad}${key}:${isBlock ? "\n" : " "}${yamlOf(inner, indent + 2)}`;
    })
    .join("\n");
}
