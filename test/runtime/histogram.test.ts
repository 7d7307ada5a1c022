// Percentiles from buckets, beside those of the sorted numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../data/index.ts";
import { Histogram } from "../../runtime/histogram.ts";

test("percentiles are those of the sorted numbers, to half a bucket", () => {
  const random = seededRandom(1);
  const histogram = new Histogram();
  // From 10 µs to 10 s, evenly by their logarithms.
  const values = Array.from({ length: 5000 }, () => 10 ** (6 * random() - 2));
  for (const value of values) histogram.record(value);
  const sorted = values.toSorted((a, b) => a - b);
  for (const [name, share] of [
    ["p50", 0.5],
    ["p95", 0.95],
    ["p99", 0.99],
  ] as const) {
    const exact = sorted[Math.ceil(share * values.length) - 1] ?? Number.NaN;
    const ratio = histogram.percentiles()[name] / exact;
    assert.ok(Math.abs(Math.log10(ratio)) <= 0.5 / 32 + 1e-9, `${name} is off by a factor of ${ratio}`);
  }
});

test("of nothing they are 0, what is shorter than a microsecond counts as one, and nothing is too long", () => {
  const histogram = new Histogram();
  assert.deepEqual(histogram.percentiles(), { p50: 0, p95: 0, p99: 0 });
  histogram.record(0);
  assert.ok(Math.abs(histogram.percentiles().p50 / 0.001 - 1) < 0.04);
  for (let i = 0; i < 100; i++) histogram.record(1e9);
  assert.ok(Math.abs(histogram.percentiles().p99 / 1e9 - 1) < 0.04);
});
