// Jobs as they come out of the queue, and what names the sets they belong to.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkQueueName,
  parseShardJob,
  type SetJob,
  type ShardJob,
  setId,
} from "../../../../export/features/queue/shard-job.ts";
import { setJob as set } from "./set-job.ts";

const job: ShardJob = { ...set, shard: 7 };

test("a job comes back from JSON as it was put there, without what it does not have", () => {
  const told = JSON.parse(JSON.stringify({ ...job, priority: 3 }));
  assert.deepEqual(parseShardJob(told), job);
});

test("what another version, or somebody else, has put there is refused by field", () => {
  const refused = (data: unknown, why: string) =>
    assert.throws(() => parseShardJob(data), {
      name: "FeatureQueueError",
      message:
        `a job in the queue is none of this version of LatentKit (${why}); ` +
        "expected the same version at the coordinator and at all workers",
    });
  refused({ ...job, version: 2 }, "version: Invalid type: Expected 1 but received 2");
  refused(set, 'shard: Invalid key: Expected "shard" but received undefined');
  refused({ ...job, shard: 1.5 }, "shard: Invalid integer: Received 1.5");
  refused({ ...job, shard: -1 }, "shard: Invalid value: Expected >=0 but received -1");
  refused({ ...job, out: null }, "out: Invalid type: Expected string but received null");
  refused(
    { ...job, options: { ...job.options, codes: "float8" } },
    'options.codes: Invalid type: Expected ("float32" | "float16" | "int8") but received "float8"',
  );
  refused("mail", 'all of it: Invalid type: Expected Object but received "mail"');
});

test("a set's id follows from all that its jobs have in common, and from nothing else", () => {
  const { options } = set;
  const turned = Object.fromEntries(Object.entries(options).reverse()) as SetJob["options"];
  assert.equal(setId({ ...set, options: turned }), setId(set));
  assert.equal(setId(job), setId(set));
  const otherOptions: readonly Partial<SetJob["options"]>[] = [
    ...[{ shardSize: 65_535 }, { batchSize: 255 }, { label: false }, { error: true }, { skipBad: true }],
    ...[{ keep: [] }, { keep: ["place", "time"] }, { keep: ["time,place"] }],
    { format: "npy" },
    { compression: "zstd" },
    { codes: "int8" },
    { dtype: "fp16" },
  ];
  const others: readonly Partial<SetJob>[] = [
    ...[{ package: "/models/other" }, { source: "/data/y.npy" }, { out: "s3://b" }, { plan: "b".repeat(64) }],
    ...otherOptions.map((other) => ({ options: { ...options, ...other } })),
  ];
  const ids = [set, ...others.map((other) => ({ ...set, ...other }))].map(setId);
  assert.equal(new Set(ids).size, 1 + others.length);
  // BullMQ takes no number and no colon.
  for (const id of ids) assert.match(id, /^[\da-f]{24}$/);
});

test("a queue's name has no colon, which separates the parts of Redis's keys", () => {
  checkQueueName("photos 2026/main");
  for (const name of ["", "photos:main"]) {
    assert.throws(() => checkQueueName(name), {
      name: "FeatureOptionError",
      message: `queueName is "${name}"; expected a name without colons`,
    });
  }
});
