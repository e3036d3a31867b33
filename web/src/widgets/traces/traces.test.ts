import { describe, expect, it } from "vitest";
import { traceFilter, traceOrder } from "./filter";

describe("a list of traces", () => {
  it("is narrowed by one filter", () => {
    expect(traceFilter({})).toBeUndefined();
    expect(traceFilter({ written: "  " })).toBeUndefined();
    expect(traceFilter({ run: "a1", status: "ERROR", written: "execution_time_ms > 10" })).toBe(
      "run_id = 'a1' AND status = 'ERROR' AND execution_time_ms > 10",
    );
  });

  it("lets nobody write outside the quotes", () => {
    expect(traceFilter({ run: "x' OR name = 'y" })).toBe("run_id = 'x OR name = y'");
  });

  it("is sorted by what the columns are called", () => {
    expect(traceOrder("-took")).toBe("execution_time_ms DESC");
    expect(traceOrder("started")).toBe("timestamp_ms ASC");
    expect(traceOrder(undefined)).toBeUndefined();
    expect(traceOrder("-nonsense")).toBeUndefined();
  });
});
