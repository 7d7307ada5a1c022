// Schemas: what they accept keeps its value and type, and what they refuse is named by its path.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  count,
  fields,
  flag,
  type Infer,
  list,
  numberSuch,
  oneOf,
  record,
  type Schema,
  text,
  textLike,
} from "../../runtime/schema.ts";

const number = numberSuch("a finite number", Number.isFinite);
const point = fields({ x: number, y: number }, { label: text });
const drawing = fields({ kind: oneOf("line", "dots"), points: list(point, 2), extra: record });
const whole = {
  kind: "line",
  points: [
    { x: 0, y: 1.5 },
    { x: -1, y: 2, label: "end" },
  ],
  extra: { any: [null] },
};

function check<T>(schema: Schema<T>, value: unknown, path = ""): T {
  return schema(value, path, (reason) => {
    throw new Error(reason);
  });
}

test("what fits comes back, without fields that the schema does not name", () => {
  const found: Infer<typeof drawing> = check(drawing, { ...whole, unknown: 1 });
  assert.deepEqual(found, whole);
  const label: string | undefined = found.points[1]?.label;
  assert.equal(label, "end");
  assert.deepEqual(check(point, { x: 1, y: 2, label: undefined }), { x: 1, y: 2 });
});

test("what does not fit is refused with its path, what was there and what was wanted", () => {
  const refused = (value: unknown, message: string) =>
    assert.throws(() => check(drawing, value), { message });
  const withPoint = (second: unknown) => ({ ...whole, points: [whole.points[0], second] });
  refused(null, "the whole is null; expected an object");
  refused([], "the whole is []; expected an object");
  refused({ ...whole, kind: "curve" }, 'kind is "curve"; expected line or dots');
  refused({ ...whole, points: [] }, "points is []; expected a list of at least 2");
  refused({ ...whole, points: {} }, "points is a Object; expected a list of at least 2");
  refused(withPoint({ x: 1 }), "points.1.y is undefined; expected a finite number");
  refused(withPoint({ x: 1, y: "2" }), 'points.1.y is "2"; expected a finite number');
  refused(withPoint({ x: 1, y: 2, label: "" }), 'points.1.label is ""; expected a text');
  refused({ ...whole, extra: 1 }, "extra is 1; expected an object");
});

test("numbers pass a test of their own, counts are whole and at least 1, texts fit a pattern, flags are no numbers", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, "1", null])
    assert.throws(() => check(number, bad, "n"), { message: /^n is .*; expected a finite number$/ });
  for (const bad of [0, 1.5, -1, "1", Number.POSITIVE_INFINITY])
    assert.throws(() => check(count, bad, "n"), { message: /expected a whole number, at least 1$/ });
  const name = textLike("a name", /^[a-z]+$/);
  assert.equal(check(name, "abc"), "abc");
  for (const bad of ["a b", "", ["abc"], 1])
    assert.throws(() => check(name, bad, "n"), { message: /a name$/ });
  assert.equal(check(flag, false), false);
  assert.throws(() => check(flag, 0, "n"), { message: "n is 0; expected true or false" });
});

test("a field named as a member of every object is missing where it is not given", () => {
  const odd = fields({ toString: text });
  assert.throws(() => check(odd, {}), { message: "toString is a Function; expected a text" });
});
