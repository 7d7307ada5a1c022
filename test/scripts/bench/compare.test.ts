// Candidates of a benchmark: turns, medians, spreads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../../../scripts/bench/compare.ts";

test("candidates take turns: another one begins every second round, and every other round runs in reverse", async () => {
  const order: string[] = [];
  const run = (name: string) => () => void order.push(name);
  await compare({ rounds: 6, warmup: 0, candidates: { a: run("a"), b: run("b"), c: run("c") } });
  assert.equal(order.join(""), "abc" + "cba" + "bca" + "acb" + "cab" + "bac");
});

test("after a rest a candidate runs once before it is measured", async () => {
  const samples = [9, 1, 9, 2, 9, 3];
  const start = performance.now();
  const { a } = await compare({
    rounds: 3,
    warmup: 0,
    rest: 20,
    candidates: { a: () => samples.shift() ?? 0 },
  });
  // Timers may be a millisecond early.
  assert.ok(performance.now() - start >= 3 * 19);
  assert.deepEqual(a.samples, [1, 2, 3]);
});

test("medians and spreads are those of the numbers that candidates give, without the warm-up", async () => {
  const samples = [1000, 4, 1, 3, 2];
  const { a } = await compare({ rounds: 4, candidates: { a: () => samples.shift() ?? 0 } });
  assert.deepEqual(a, { median: 2.5, spread: 1.5, samples: [4, 1, 3, 2] });
});

test("a candidate that gives no number is timed", async () => {
  let time = 0;
  const candidates = {
    async slow() {
      time += 30;
    },
    fast() {
      time += 10;
    },
  };
  const { slow, fast } = await compare({ rounds: 3, candidates, now: () => time });
  assert.equal(slow.median, 30);
  assert.equal(fast.median, 10);
});
