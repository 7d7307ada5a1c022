// What all jobs of a set have in common, for tests that put some into a queue.
import type { SetJob } from "../../../../export/features/queue/shard-job.ts";

export const setJob: SetJob = {
  ...{ version: 1, package: "/models/mnist", source: "/data/x.npy", out: "/data/features" },
  plan: "a".repeat(64),
  options: {
    ...{ format: "parquet", compression: "snappy", shardSize: 65_536, batchSize: 256, codes: "float16" },
    ...{ label: true, error: false, keep: ["time", "place"], skipBad: false, dtype: "fp32" },
  },
};
