// From a plan to a whole set: what is there is verified, the rest is made by whom it may concern, features.json comes last.
import type { FeatureEvent } from "./events.ts";
import { type FeaturePlan, itemsOf, planHash, type Shard, shardsOf } from "./plan.ts";
import { type ShardRecord, verifyShard } from "./record.ts";
import { finishSet } from "./set.ts";
import type { Storage } from "./storage/storage.ts";

export interface ExportedFeatures {
  /** Where the set is. */
  readonly out: string;
  readonly rows: number;
  /** Items that were left out. */
  readonly bad: number;
  readonly shards: number;
  /** Shards that were there already, whole. */
  readonly kept: number;
  /** Of the work that was done now. */
  readonly seconds: number;
  /** Items of this run by its seconds; 0 where there was nothing to do. */
  readonly itemsPerSecond: number;
}

export interface CompleteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: FeatureEvent) => void) | undefined;
}

/** Makes shards and calls `onShard` for each that is whole; gives the seconds that took. */
export type MakeShards = (
  missing: readonly Shard[],
  onShard: (shard: Shard, record: ShardRecord) => void,
) => Promise<number>;

/** Rejects with what `make` says, the signal's reason, and `WriteError`. */
export async function completeSet(
  storage: Storage,
  plan: FeaturePlan,
  make: MakeShards,
  { signal, onEvent = () => {} }: CompleteOptions,
): Promise<ExportedFeatures> {
  const shards = shardsOf(plan);
  onEvent({ type: "plan", items: plan.source.items, shards: shards.length });
  const records = new Map<Shard, ShardRecord>();
  for (const shard of shards) {
    signal?.throwIfAborted();
    const verdict = await verifyShard(storage, planHash(plan), shard);
    if (verdict.whole) records.set(shard, verdict.record);
    const damage = verdict.whole ? null : verdict.reason;
    if (damage === undefined) continue;
    onEvent({ type: "found", shard: shard.name, items: shard.end - shard.start, damage });
  }
  const kept = records.size;
  const missing = shards.filter((shard) => !records.has(shard));
  const onShard = (shard: Shard, record: ShardRecord) => {
    records.set(shard, record);
    const { rows, bad, seconds } = record;
    onEvent({ type: "shard", shard: shard.name, rows, bad: bad.length, seconds });
  };
  const seconds = missing.length > 0 ? await make(missing, onShard) : 0;
  const { rows, bad } = await finishSet(
    storage,
    plan,
    shards.map((shard) => records.get(shard) as ShardRecord),
  );
  return {
    ...{ out: storage.where, rows, bad, shards: shards.length, kept, seconds },
    itemsPerSecond: missing.length > 0 ? itemsOf(missing) / seconds : 0,
  };
}
