// The plan of a set: its shards, and what tells two plans apart.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { usualBatchSize } from "../../../export/features/options.ts";
import {
  type FeaturePlan,
  parsePlan,
  planDifferences,
  planHash,
  planText,
  shardsOf,
} from "../../../export/features/plan.ts";

const plan: FeaturePlan = {
  schemaVersion: 1,
  package: { name: "tiny", sha256: "a".repeat(64), dtype: "fp32" },
  source: { spec: "x.npy", name: "x.npy", items: 10, fingerprint: "b".repeat(64) },
  format: "parquet",
  compression: "snappy",
  columns: [
    { kind: "scalar", name: "id", type: "text" },
    { kind: "vector", name: "code", type: "float32", size: 2 },
  ],
  shardSize: 4,
  batchSize: 256,
};

test("shards hold every item once, in order, none more than shardSize", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 700 }), (items, shardSize) => {
      const shards = shardsOf({ ...plan, source: { ...plan.source, items }, shardSize });
      let next = 0;
      for (const { start, end } of shards) {
        assert.equal(start, next);
        assert.ok(end > start && end - start <= shardSize);
        next = end;
      }
      assert.equal(next, items);
    }),
  );
  assert.deepEqual(
    shardsOf(plan).map(({ name }) => name),
    ["part-00000", "part-00001", "part-00002"],
  );
});

test("a plan comes back from its text, and is then the same", () => {
  const read = parsePlan(planText(plan), "plan.json");
  assert.deepEqual(read, plan);
  assert.deepEqual(planDifferences(read, plan), []);
  assert.equal(planHash(read), planHash(plan));
});

test("the same items and graphs under other paths are the same source and package", () => {
  const moved = {
    ...plan,
    package: { ...plan.package, folder: "elsewhere" },
    source: { ...plan.source, spec: "y.npy", name: "y.npy" },
  };
  assert.deepEqual(planDifferences(plan, moved), []);
  assert.equal(planHash(moved), planHash(plan));
});

test("differences are told with both values", () => {
  const other: FeaturePlan = {
    ...plan,
    package: { ...plan.package, name: "other", sha256: "c".repeat(64) },
    source: { ...plan.source, items: 11 },
    format: "npy",
    columns: [
      { kind: "scalar", name: "id", type: "text" },
      { kind: "vector", name: "code", type: "int8", size: 2 },
    ],
  };
  assert.deepEqual(planDifferences(plan, other), [
    'package "tiny" (fp32, sha256 aaaaaaaaaaaa…) instead of "other" (fp32, sha256 cccccccccccc…)',
    'source "x.npy" (10 items, fingerprint bbbbbbbbbbbb…) instead of "x.npy" (11 items, fingerprint bbbbbbbbbbbb…)',
    "format parquet instead of npy",
    "columns id text, code float32[2] instead of id text, code int8[2]",
  ]);
});

test("a damaged plan is refused by field", () => {
  assert.throws(() => parsePlan("{", "x/plan.json"), {
    name: "FeatureSetError",
    message: /^x\/plan\.json: is not JSON/,
  });
  assert.throws(() => parsePlan(planText({ ...plan, shardSize: 0 }), "x/plan.json"), {
    message: /^x\/plan\.json: shardSize: /,
  });
});

test("batches are of 512 items, or of fewer large ones", () => {
  const sizes = [1, 28 * 28, 8_192, 8_193, 224 * 224 * 3, 2 ** 20, 2 ** 30];
  assert.deepEqual(sizes.map(usualBatchSize), [512, 512, 512, 511, 27, 16, 16]);
});
