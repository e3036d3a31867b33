import { describe, expect, it } from "vitest";
import {
  fieldName,
  type KeyColumn,
  MOST_COLUMNS,
  orderBy,
  parseColumns,
  standardColumns,
  wholeFilter,
  writeColumns,
} from "./keyColumns";

const metric = (key: string): KeyColumn => ({ kind: "metrics", key });
const param = (key: string): KeyColumn => ({ kind: "params", key });

describe("columns in the address", () => {
  it("come back as they were chosen, whatever their keys are made of", () => {
    const chosen = [
      metric("auc"),
      param("a,b"),
      param("50%2C"),
      { kind: "tags", key: "x.y" } as const,
      metric("val/f1 @k"),
    ];
    expect(parseColumns(writeColumns(chosen))).toEqual(chosen);
  });

  it("leave out what makes no column, and what is there twice", () => {
    expect(parseColumns("metrics.auc,nonsense,metrics.,metrics.auc")).toEqual([metric("auc")]);
  });

  it("are never more than a page can bear", () => {
    const many = Array.from({ length: 100 }, (_, index) => metric(`m${index}`));
    expect(parseColumns(writeColumns(many))).toHaveLength(MOST_COLUMNS);
  });
});

describe("columns nobody chose", () => {
  it("are metrics and parameters that most runs have, without tags and machine measurements", () => {
    const known = (column: KeyColumn, runs: number) => ({ ...column, runs });
    const keys = [
      known(metric("a-rare-one"), 1),
      known(metric("system/cpu"), 90),
      known(metric("auc"), 80),
      known(metric("loss"), 90),
      known(metric("m3"), 70),
      known(metric("m4"), 70),
      known(param("depth"), 90),
      known({ kind: "tags", key: "author" }, 90),
    ];
    expect(standardColumns(keys)).toEqual([metric("loss"), metric("auc"), metric("m3"), metric("m4"), param("depth")]);
  });
});

describe("MLflow's language", () => {
  it("gets keys quoted that are no plain word", () => {
    expect(fieldName(metric("auc"))).toBe("metrics.auc");
    expect(fieldName(metric("val/f1"))).toBe("metrics.`val/f1`");
    expect(fieldName(param("a`b"))).toBe('params."a`b"');
  });

  it("orders by attributes and keys, either way", () => {
    expect(orderBy("-metrics.val/f1")).toBe("metrics.`val/f1` DESC");
    expect(orderBy("started")).toBe("start_time ASC");
    expect(orderBy(undefined)).toBeUndefined();
    expect(orderBy("nonsense")).toBeUndefined();
  });

  it("joins the written filter with the chosen statuses", () => {
    expect(wholeFilter("", [])).toBeUndefined();
    expect(wholeFilter(" metrics.auc > 0.9 ", ["FAILED"])).toBe("metrics.auc > 0.9 AND attributes.status = 'FAILED'");
    expect(wholeFilter("", ["FINISHED", "RUNNING"])).toBe(
      "attributes.status != 'SCHEDULED' AND attributes.status != 'FAILED' AND attributes.status != 'KILLED'",
    );
  });
});
