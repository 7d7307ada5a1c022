// A plan of a set that nobody encodes: as many shards as are asked for, of the usual size.
import { planColumns } from "../../export/features/columns.ts";
import type { FeaturePlan } from "../../export/features/plan.ts";
import { planHash } from "../../export/features/plan.ts";
import type { SetJob } from "../../export/features/queue/shard-job.ts";

export const SHARD_SIZE = 65_536;
const CODE = 128;
const NOTHING = "0".repeat(64);

export function simulatedPlan(shards: number): FeaturePlan {
  const columns = planColumns({
    codeSize: CODE,
    codeType: "float16",
    error: false,
    kept: [],
    label: undefined,
  });
  return {
    schemaVersion: 1,
    package: { name: "simulated", sha256: NOTHING, dtype: "fp32" },
    source: { spec: "simulated", name: "simulated", items: shards * SHARD_SIZE, fingerprint: NOTHING },
    ...{ format: "parquet", compression: "snappy", columns: [...columns] },
    ...{ shardSize: SHARD_SIZE, batchSize: 256 },
  };
}

/** What all of its jobs have in common. */
export function simulatedJob(plan: FeaturePlan, out: string): SetJob {
  const { format, compression, shardSize, batchSize, package: model, source } = plan;
  return {
    ...{ version: 1, package: model.name, source: source.spec, out, plan: planHash(plan) },
    options: {
      ...{ format, compression, shardSize, batchSize, dtype: model.dtype },
      ...{ codes: "float16", label: false, error: false, keep: [], skipBad: false },
    },
  };
}
