import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { changeOf, createCommand, referenceOf, updateCommand, valuesOf } from "./command";
import { EVENTS, unknownEvents } from "./events";
import { readable } from "./payload";

const webhook: Schemas["WebhookItem"] = {
  id: "0198",
  name: "ci",
  description: "",
  url: "https://ci.example.com/hook",
  events: ["model_version.created"],
  signed: true,
  enabled: true,
  health: "healthy",
  failures_in_a_row: 0,
  version: "3",
  created_by: "ana",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

describe("events to choose from", () => {
  const offered = EVENTS.flatMap(([, events]) => Object.keys(events));
  it("are those of the server", () => {
    const path = join(import.meta.dirname, "../../../../crates/roadbed-tracking/src/webhooks/kinds.rs");
    const known = [...readFileSync(path, "utf8").matchAll(/^ {4}of_\w+\("([^"]+)"\)/gm)].map(([, name]) => name ?? "");
    expect([...offered].sort()).toEqual([...known].sort());
  });
  it("leave those of a newer server alone", () => {
    expect(unknownEvents(["model_version.created", "dataset.created"])).toEqual(["dataset.created"]);
  });
});

describe("the command of the form", () => {
  it("never holds the secret", () => {
    const values = { ...valuesOf(webhook), secret: "s3cret" };
    expect(createCommand(values)).toBe(
      'roadbed create webhook ci --address=https://ci.example.com/hook --events=model_version.created --secret="$WEBHOOK_SECRET"',
    );
    expect(updateCommand(webhook, "ci", values)).toBe(
      'roadbed update webhook ci --if-match=3 --secret="$WEBHOOK_SECRET"',
    );
    expect(changeOf(webhook, values)).toEqual({ secret: "s3cret" });
  });
  it("changes only what differs, and takes the secret away when asked to", () => {
    expect(changeOf(webhook, valuesOf(webhook))).toEqual({});
    const values = { ...valuesOf(webhook), name: "it's", unsigned: true, secret: "typed before", enabled: false };
    expect(changeOf(webhook, values)).toEqual({ name: "it's", enabled: false, secret: "" });
    expect(updateCommand(webhook, "ci", values)).toBe(
      "roadbed update webhook ci --name='it'\\''s' --enabled=false --if-match=3 --secret=",
    );
  });
  it("takes events in any order for the same", () => {
    const two = { ...webhook, events: ["a.b", "c.d"] };
    expect(changeOf(two, { ...valuesOf(two), events: ["c.d", "a.b"] })).toEqual({});
  });
  it("names a webhook by its id when two share a name", () => {
    expect(referenceOf(webhook, [webhook])).toBe("ci");
    expect(referenceOf(webhook, [webhook, { name: "ci" }])).toBe("0198");
  });
});

it("shows a body on lines of its own, and what is no JSON as it is", () => {
  expect(readable('{"entity":"model_version"}')).toBe('{\n  "entity": "model_version"\n}');
  expect(readable("<b>no json</b>")).toBe("<b>no json</b>");
});
