// Exports a source's codes as a set of tables: verifies what is there, makes the rest, completes the set.
import { forEachBounded } from "../../data/bounded.ts";
import { SerialQueue } from "../../runtime/serial.ts";
import type { FeatureEvent } from "./events.ts";
import { type FeatureJob, openJob } from "./job.ts";
import { type CheckedFeatureOptions, checkFeatureOptions, type FeatureOptions } from "./options.ts";
import { Pace } from "./pace.ts";
import { planHash, type Shard, shardsOf } from "./plan.ts";
import { type ShardRecord, verifyShard } from "./record.ts";
import { claimStorage, finishSet } from "./set.ts";
import { makeShard } from "./shard.ts";
import { StageClock } from "./stage-clock.ts";
import { folderStorage, type Storage } from "./storage.ts";

/** Shards under way at a time: one is encoded while the one before it is completed. */
const UNDER_WAY = 2;
/** Milliseconds between two events of progress. */
const PROGRESS = 200;

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

/**
 * Encodes a source's items into tables of `shardSize` rows: `part-00000.parquet` (or .npy, .arrow, .csv, .jsonl), each
 * with a `part-00000.json` that tells its rows, files and sha256; `plan.json` first, `features.json` last. Columns: `id`,
 * `label`, `error`, the source's columns named in `keep`, and `code`. Items are decoded, encoded and written at the same
 * time, a few batches each: memory does not depend on how many there are.
 *
 * Files get their names when they are whole. Called again for the same package, source and options, it verifies what is
 * there and makes the rest, also after the process was killed; the set is then the same, row for row.
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
  const storage = typeof checked.out === "string" ? folderStorage(checked.out) : checked.out;
  const job = await openJob(packageFolder, source, checked);
  try {
    const plan = await claimStorage(storage, job.plan);
    return await makeSet({ ...job, plan }, storage, checked);
  } finally {
    await job.close();
  }
}

async function makeSet(
  job: FeatureJob,
  storage: Storage,
  options: CheckedFeatureOptions,
): Promise<ExportedFeatures> {
  const { plan } = job;
  const { signal, onEvent = () => {} } = options;
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
  if (missing.length > 0) await job.runtime();
  const started = performance.now();
  await makeShards(missing, job, storage, options, (shard, record) => {
    records.set(shard, record);
    const { rows, bad, seconds } = record;
    onEvent({ type: "shard", shard: shard.name, rows, bad: bad.length, seconds });
  });
  const seconds = (performance.now() - started) / 1000;
  const { rows, bad } = await finishSet(
    storage,
    plan,
    shards.map((shard) => records.get(shard) as ShardRecord),
  );
  return {
    ...{ out: storage.where, rows, bad, shards: shards.length, kept, seconds },
    itemsPerSecond: itemsOf(missing) / seconds,
  };
}

async function makeShards(
  missing: readonly Shard[],
  { plan, dataset, runtime }: FeatureJob,
  storage: Storage,
  { signal, skipBad, onEvent = () => {} }: CheckedFeatureOptions,
  onShard: (shard: Shard, record: ShardRecord) => void,
): Promise<void> {
  if (missing.length === 0) return;
  const failure = new AbortController();
  const clock = new StageClock();
  const turns = new SerialQueue();
  const shared = {
    ...{ dataset, runtime: await runtime(), plan, skipBad, storage, clock },
    signal: signal ? AbortSignal.any([signal, failure.signal]) : failure.signal,
    turn: <T>(task: () => Promise<T>) => turns.run(task),
    onItems: progressOf(plan.source.items, itemsOf(missing), clock, onEvent),
  };
  await forEachBounded(missing.length, UNDER_WAY, async (i) => {
    const shard = missing[i] as Shard;
    try {
      onShard(shard, await makeShard(shard, shared));
    } catch (error) {
      // The shard that waits for its turn need not begin.
      failure.abort(error);
      throw error;
    }
  });
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

function itemsOf(shards: readonly Shard[]): number {
  return shards.reduce((sum, { start, end }) => sum + end - start, 0);
}
