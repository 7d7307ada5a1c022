// What decoded images are kept, and which are not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PixelCache } from "../../../data/images/cache.ts";

const everyone = () => true;

test("keeps what is good, once, until it is full; each item is what was given with its number", () => {
  const cache = new PixelCache(10, 2, 1);
  cache.keep(Uint32Array.of(7, 2, 5), Uint8Array.of(70, 71, 20, 21, 50, 51), (at) => at !== 1);
  cache.keep(Uint32Array.of(2, 7, 9), Uint8Array.of(20, 21, 0, 0, 90, 91), everyone);
  assert.deepEqual(
    [...Array(10).keys()].filter((index) => cache.has(index)),
    [2, 5, 7, 9],
  );
  for (const index of [2, 5, 7, 9]) {
    assert.deepEqual([...cache.get(index)], [10 * index, 10 * index + 1]);
  }
});

test("takes no more than its memory holds, and nothing where it has none", () => {
  const bytes = 2 ** 19;
  const [full, none] = [new PixelCache(4, bytes, 1), new PixelCache(4, bytes, 0)];
  const pixels = new Uint8Array(4 * bytes).map((_, at) => Math.floor(at / bytes) + 1);
  for (const cache of [full, none]) cache.keep(Uint32Array.of(3, 1, 0, 2), pixels, everyone);
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => [full.has(index), none.has(index)]),
    [
      [false, false],
      [true, false],
      [false, false],
      [true, false],
    ],
  );
  assert.deepEqual([full.get(3)[0], full.get(1).at(-1)], [1, 2]);
});
