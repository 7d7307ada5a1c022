// Schemas: what they accept keeps its value and type, and what they refuse is named by its path.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  count,
  fields,
  type Infer,
  list,
  Mismatch,
  number,
  oneOf,
  record,
  refined,
  text,
} from "../../runtime/schema.ts";

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

test("what fits comes back, without fields that the schema does not name", () => {
  const found: Infer<typeof drawing> = drawing({ ...whole, unknown: 1 }, "");
  assert.deepEqual(found, whole);
  const label: string | undefined = found.points[1]?.label;
  assert.equal(label, "end");
});

test("what does not fit is refused with its path, what was wanted and what was there", () => {
  const refused = (value: unknown, path: string, message: string) =>
    assert.throws(
      () => drawing(value, ""),
      (error) => error instanceof Mismatch && error.path === path && error.message === message,
    );
  const withPoint = (second: unknown) => ({ ...whole, points: [whole.points[0], second] });
  refused(null, "", "Expected an object but received null");
  refused([], "", "Expected an object but received []");
  refused({ ...whole, kind: "curve" }, "kind", 'Expected "line" | "dots" but received "curve"');
  refused({ ...whole, points: [] }, "points", "Expected a list of at least 2 but received []");
  refused({ ...whole, points: {} }, "points", "Expected a list but received an object");
  refused(withPoint({ x: 1 }), "points.1.y", "Expected a finite number but received undefined");
  refused(withPoint({ x: 1, y: "2" }), "points.1.y", 'Expected a finite number but received "2"');
  refused(withPoint({ x: 1, y: 2, label: "" }), "points.1.label", 'Expected a text but received ""');
  refused({ ...whole, extra: 1 }, "extra", "Expected an object but received 1");
});

test("numbers are finite, counts whole and at least 1, refinements their own", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, "1", null])
    assert.throws(() => number(bad, ""), Mismatch);
  for (const bad of [0, 1.5, -1]) assert.throws(() => count(bad, ""), { message: /whole number >=1/ });
  const even = refined(count, "an even number", (value) => value % 2 === 0);
  assert.equal(even(4, ""), 4);
  assert.throws(() => even(3, "n"), { path: "n", message: "Expected an even number but received 3" });
});

test("a field named as a member of every object is missing where it is not given", () => {
  const odd = fields({ toString: text });
  assert.throws(() => odd({}, ""), Mismatch);
});
