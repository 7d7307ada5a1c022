// Exports a source's codes as a set of tables, in this process.
import { forEachBounded } from "../../data/bounded.ts";
import { completeSet, type ExportedFeatures, type MakeShards } from "./complete.ts";
import type { FeatureEvent } from "./events.ts";
import { type FeatureJob, openJob } from "./job.ts";
import { type CheckedFeatureOptions, checkFeatureOptions, type FeatureOptions } from "./options.ts";
import { Pace } from "./pace.ts";
import { itemsOf, type Shard } from "./plan.ts";
import type { ShardRecord } from "./record.ts";
import { claimStorage } from "./set.ts";
import { makeShard } from "./shard.ts";
import { StageClock } from "./stage-clock.ts";
import { openStorage } from "./storage/open.ts";
import type { Storage } from "./storage/storage.ts";
import { Turns } from "./turns.ts";

/** Shards under way at a time: one is encoded while the one before it is completed. */
const UNDER_WAY = 2;
/** Milliseconds between two events of progress. */
const PROGRESS = 200;

/**
 * Encodes a source's items into tables of `shardSize` rows: `part-00000.parquet` (or .npy, .arrow, .csv, .jsonl), each
 * with a `part-00000.json` that tells its rows, files and sha256; `plan.json` first, `features.json` last. Columns: `id`,
 * `label`, `error`, the source's columns named in `keep`, and `code`. Items are decoded, encoded and written at the same
 * time, a few batches each: memory does not depend on how many there are.
 *
 * Files get their names when they are whole, and shards become whole in order. Called again for the same package, source
 * and options, it verifies what is there and makes the rest, also after the process was killed; the set is then the same,
 * row for row.
 *
 * Rejects with `FeatureOptionError`; `FeatureTargetError` where `out` holds another set; `BadFeatureItemError` at the first
 * bad item without `skipBad`; `WriteError`; the signal's reason; and what `openSource` and `loadRuntime` reject with.
 * Shards that are whole are kept, whatever happens.
 *
 * @example
 * const { rows } = await exportFeatures("runs/mnist/package", "mnist:test", { out: "features", error: true });
 */
export async function exportFeatures(
  packageFolder: string,
  source: string,
  options: FeatureOptions,
): Promise<ExportedFeatures> {
  const checked = checkFeatureOptions(options);
  const storage = openStorage(checked.out);
  const job = await openJob(packageFolder, source, checked);
  try {
    const plan = await claimStorage(storage, job.plan);
    const make: MakeShards = (missing, onShard) =>
      makeShards(missing, { ...job, plan }, storage, checked, onShard);
    return await completeSet(storage, plan, make, checked);
  } finally {
    await job.close();
  }
}

async function makeShards(
  missing: readonly Shard[],
  { plan, dataset, runtime }: FeatureJob,
  storage: Storage,
  { signal, skipBad, onEvent = () => {} }: CheckedFeatureOptions,
  onShard: (shard: Shard, record: ShardRecord) => void,
): Promise<number> {
  const failure = new AbortController();
  const clock = new StageClock();
  const started = await runtime();
  const begun = performance.now();
  const shared = {
    ...{ dataset, runtime: started, plan, skipBad, storage, clock },
    signal: signal ? AbortSignal.any([signal, failure.signal]) : failure.signal,
    turns: new Turns(),
    // The shard that waits for its turn need not begin.
    onFailure: (error: unknown) => failure.abort(error),
    onItems: progressOf(plan.source.items, itemsOf(missing), clock, onEvent),
  };
  // A slow batch, or a thread that waits for a core, may let a shard overtake the one before it.
  let before: Promise<unknown> = Promise.resolve();
  await forEachBounded(missing.length, UNDER_WAY, async (i) => {
    const shard = missing[i] as Shard;
    try {
      const made = makeShard(shard, { ...shared, before });
      before = made;
      onShard(shard, await made);
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  });
  return (performance.now() - begun) / 1000;
}

function progressOf(
  items: number,
  toDo: number,
  clock: StageClock,
  onEvent: (event: FeatureEvent) => void,
): (more: number) => void {
  const pace = new Pace();
  let left = toDo;
  let toldAt = performance.now();
  return (more) => {
    pace.add(more);
    left -= more;
    if (left > 0 && performance.now() - toldAt < PROGRESS) return;
    toldAt = performance.now();
    const { perSecond } = pace;
    const secondsLeft = left === 0 ? 0 : left / perSecond;
    onEvent({
      type: "progress",
      done: items - left,
      items,
      itemsPerSecond: perSecond,
      secondsLeft,
      limit: clock.limit,
    });
  };
}
