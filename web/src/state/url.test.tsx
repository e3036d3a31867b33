import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { usePathParts } from "./pathParts";
import { useAddress, useUrlState } from "./url";

describe("the address as state", () => {
  beforeEach(() => history.replaceState(null, "", `/models/${encodeURIComponent("50% off? #1 ü/a%41")}?team=ml`));

  it("gives back what was set, whatever characters it has", () => {
    const { result } = renderHook(() => useUrlState());
    for (const value of ["100%25", "a%7Cb|c", "metrics.auc > 0.9 AND params.k = 'x&y'", "ü+ +", "%"]) {
      act(() => result.current.set({ q: value }));
      expect(result.current.get("q")).toBe(value);
    }
  });

  it("keeps the path as it is when a parameter changes", () => {
    const { result } = renderHook(() => ({ state: useUrlState(), parts: usePathParts() }));
    const before = location.pathname;
    act(() => result.current.state.set({ q: "x" }));
    act(() => result.current.state.set({ q: undefined }));
    expect(location.pathname).toBe(before);
    expect(result.current.parts[1]).toBe("50% off? #1 ü/a%41");
  });

  it("keeps team and project on the way to other pages", () => {
    const { result } = renderHook(() => useAddress());
    expect(result.current("/runs/7", { tab: "curves" })).toBe("/runs/7?team=ml&tab=curves");
  });
});
