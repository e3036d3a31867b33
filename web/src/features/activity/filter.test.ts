import { describe, expect, it } from "vitest";
import { type Asked, activityQuery, byDay, grouped } from "./filter";

const NOTHING: Asked = {
  q: undefined,
  kind: undefined,
  class: undefined,
  actor: undefined,
  subject: undefined,
  team: undefined,
  project: undefined,
};
const LAST_DAY = { from: "-24h", to: "now" };

describe("what the feed is asked", () => {
  it("splits a subject at its first colon only: names may have more", () => {
    const { subject_kind, subject_id } = activityQuery({ ...NOTHING, subject: "model:risk:shop" }, LAST_DAY);
    expect([subject_kind, subject_id]).toEqual(["model", "risk:shop"]);
  });

  it("takes a bare kind for all of its subjects", () => {
    const { subject_kind, subject_id } = activityQuery({ ...NOTHING, subject: "job" }, LAST_DAY);
    expect([subject_kind, subject_id]).toEqual(["job", undefined]);
  });

  it("has no end while it reaches up to now, so that news show up", () => {
    expect(activityQuery(NOTHING, LAST_DAY).to).toBeUndefined();
    expect(activityQuery(NOTHING, { from: "2026-11-01", to: "2026-11-02" }).to).toBe("2026-11-02T00:00:00.000Z");
  });
});

describe("many events of one act", () => {
  const row = (kind: string, actor = "job:1") => ({ kind, actor });
  const sizes = (rows: { kind: string; actor: string }[]) => grouped(rows).map((group) => group.length);

  it("are one group while nothing else comes between", () => {
    const stored = row("ArtifactStored");
    expect(sizes([stored, stored, row("RunCreated"), stored])).toEqual([2, 1, 1]);
  });

  it("of different actors stay apart, and so do changes that stand for themselves", () => {
    expect(sizes([row("ArtifactStored"), row("ArtifactStored", "job:2")])).toEqual([1, 1]);
    expect(sizes([row("MemberChanged"), row("MemberChanged")])).toEqual([1, 1]);
  });
});

describe("events by day", () => {
  it("keeps the order and names today and yesterday", () => {
    const now = new Date(2026, 10, 29, 12).getTime();
    const at = (day: number, hour: number) => ({ at: new Date(2026, 10, day, hour).toISOString() });
    const days = byDay([at(29, 11), at(29, 1), at(28, 23), at(27, 5)], now);
    expect(days.map(({ day, rows }) => [day, rows.length])).toEqual([
      ["Today", 2],
      ["Yesterday", 1],
      [expect.stringContaining("27 November 2026"), 1],
    ]);
  });
});
