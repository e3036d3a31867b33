import { expect, test } from "vitest";
import type { Schemas } from "../../../api/client";
import { bodyOf, fieldsOf, pretty, textsOf } from "./requestBody";

const column = (name: string | null, type: string, required = true): Schemas["ColumnView"] => ({
  name,
  type,
  shape: null,
  required,
});
const FRAME = [
  column("age", "long"),
  column("plan", "string"),
  column("vip", "boolean"),
  column("note", "string", false),
];

test("each type becomes what the model expects", () => {
  const texts = { age: "41", plan: "gold", vip: "true", note: "" };
  expect(bodyOf(FRAME, texts, undefined)).toEqual({ dataframe_records: [{ age: 41, plan: "gold", vip: true }] });
});

test("a text that looks like a number stays a text", () => {
  expect(bodyOf([column("zip", "string")], { zip: "01234" }, undefined)).toEqual({
    dataframe_records: [{ zip: "01234" }],
  });
});

test("nothing in a required number is sent as null, so that the model decides", () => {
  expect(bodyOf([column("age", "double")], { age: "" }, undefined)).toEqual({ dataframe_records: [{ age: null }] });
});

test("half a number is left as it was typed", () => {
  expect(bodyOf([column("age", "double")], { age: "1." }, undefined)).toEqual({ dataframe_records: [{ age: "1." }] });
});

test("the form shows the first row of every form a body may have", () => {
  const expected = { age: "41", plan: "gold", vip: "true", note: "" };
  const row = { age: 41, plan: "gold", vip: true };
  const split = { columns: ["age", "plan", "vip"], data: [[41, "gold", true]] };
  const columns = { age: [41, 7], plan: ["gold"], vip: [true] };
  const bodies = [{ dataframe_records: [row] }, { dataframe_split: split }, { inputs: [row] }, { inputs: columns }];
  for (const body of bodies) expect(textsOf(FRAME, body)).toEqual(expected);
});

test("tensors are JSON, alone or by name, and parameters are kept", () => {
  const lone: Schemas["ColumnView"] = { name: null, type: "float32", shape: [-1, 2], required: true };
  expect(fieldsOf([lone])[0]?.type).toBe("float32 [rows, 2]");
  expect(bodyOf([lone], { "": "[[1, 2]]" }, { params: { k: 1 } })).toEqual({ inputs: [[1, 2]], params: { k: 1 } });
  const named = { ...lone, name: "image" };
  expect(bodyOf([named], { image: "[[1, 2]]" }, undefined)).toEqual({ inputs: { image: [[1, 2]] } });
  expect(textsOf([named], { inputs: { image: [[1, 2]] } })).toEqual({ image: "[[1,2]]" });
});

test("rows stand on one line and nothing else changes", () => {
  const body = {
    dataframe_split: {
      columns: ["a", 'b, "c"'],
      data: [
        [1, null],
        [2.5, true],
      ],
    },
  };
  const text = pretty(body);
  expect(JSON.parse(text)).toEqual(body);
  expect(text).toContain("[1, null]");
});
