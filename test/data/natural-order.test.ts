// The order of names with numbers in them.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { naturalOrder } from "../../data/natural-order.ts";

test("runs of digits are compared by value, also where they are longer than any number", () => {
  const sorted = ["9", "a", "a1b2", "a1b10", "a2", "a10", `a1${"0".repeat(40)}`, "b"];
  assert.deepEqual(sorted.toReversed().sort(naturalOrder), sorted);
});

test("names that differ only in leading zeros have one order", () => {
  assert.deepEqual(["1", "01", "001"].sort(naturalOrder), ["001", "01", "1"]);
});

test("it is an order: the result does not depend on how the names lay before", () => {
  const name = fc.stringMatching(/^[a0-1]{0,5}$/);
  fc.assert(
    fc.property(fc.array(name), (list) => {
      assert.deepEqual(list.toReversed().sort(naturalOrder), list.toSorted(naturalOrder));
      const ordered = list.toSorted(naturalOrder);
      for (const [i, a] of ordered.entries()) {
        for (const b of ordered.slice(i)) assert.ok(naturalOrder(a, b) <= 0, `${a} before ${b}`);
      }
    }),
  );
});
