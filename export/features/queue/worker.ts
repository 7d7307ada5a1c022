// A worker: takes shards of any set from a queue, makes them, and tells how far it is.
import { planHash, shardsOf } from "../plan.ts";
import { type ShardRecord, verifyShard } from "../record.ts";
import { makeShard } from "../shard.ts";
import { StageClock } from "../stage-clock.ts";
import type { FeatureWorkerEvent } from "./events.ts";
import { type Machine, type OpenedSet, OpenedSets } from "./opened-sets.ts";
import type { Report } from "./report.ts";
import { type FeatureWork, type ServeOptions, serveShards } from "./serve.ts";
import type { ShardJob } from "./shard-job.ts";
import { takeWorkerName } from "./worker-name.ts";

export type { FeatureWork } from "./serve.ts";

/** Milliseconds between two reports. */
const REPORT = 500;

export interface FeatureWorkerOptions extends Machine, Omit<ServeOptions, "name"> {
  /**
   * For those who watch: no two workers of a queue should have the same. Default: host and process, such as `node7-4711`;
   * further workers of a process get a number.
   */
  readonly name?: string;
}

/**
 * Makes shards that `queueFeatures` has put into a queue, until `signal` aborts. Package, source and storage have to be
 * at the same places as for the coordinator. A shard that two workers make, because one of them was slow or out of
 * reach, is the same from both, and each of its files is replaced as a whole. (Of two kinds of device codes may differ in
 * their last bits: for tables that are the same to the byte, have one kind.)
 *
 * Rejects with `FeatureOptionError` for an option that makes no sense, and with `FeatureQueueError` where no Redis can be
 * used at the address.
 *
 * @example
 * await runFeatureWorker({ queue: "redis://store:6379", signal: AbortSignal.timeout(3_600_000) });
 */
export async function runFeatureWorker(options: FeatureWorkerOptions): Promise<FeatureWork> {
  const { onEvent = () => {} } = options;
  const { name, release } = takeWorkerName(options.name);
  const sets = new OpenedSets(options);
  try {
    return await serveShards({ ...options, name }, (job, context) =>
      makeShardOf(job, { ...context, sets, onEvent }),
    );
  } finally {
    release();
    await sets.close();
  }
}

interface Surroundings {
  readonly sets: OpenedSets;
  readonly signal: AbortSignal;
  readonly report: (report: Omit<Report, "worker">) => void;
  readonly onEvent: (event: FeatureWorkerEvent) => void;
}

async function makeShardOf(
  data: ShardJob,
  { sets, signal, report, onEvent }: Surroundings,
): Promise<ShardRecord> {
  return sets.use(data, async (set) => {
    const { plan, storage } = set;
    const shard = shardsOf(plan)[data.shard];
    if (!shard) throw new RangeError(`there is no shard ${data.shard} in ${data.out}`);
    const wholeRecord = async () => {
      const verdict = await verifyShard(storage, planHash(plan), shard);
      return verdict.whole ? verdict.record : undefined;
    };
    const there = await wholeRecord();
    if (there) return there;
    onEvent({ type: "begin", shard: shard.name, out: data.out });
    const clock = new StageClock();
    const onItems = reporter(clock, report);
    try {
      const record = await makeShard(shard, {
        ...(await partsOf(set)),
        ...{ skipBad: data.options.skipBad, signal, clock, onItems },
      });
      const { rows, bad, seconds } = record;
      const itemsPerSecond = (shard.end - shard.start) / seconds;
      onEvent({
        ...{ type: "shard", shard: shard.name, out: data.out, rows, bad: bad.length },
        ...{ seconds, itemsPerSecond },
      });
      return record;
    } catch (error) {
      // Another worker may have made it meanwhile, and the coordinator have tidied up what was half-written here.
      const others = signal.aborted ? undefined : await wholeRecord();
      if (others) return others;
      throw error;
    }
  });
}

async function partsOf({ plan, dataset, storage, turns, runtime }: OpenedSet) {
  return { plan, dataset, storage, turns, runtime: await runtime() };
}

function reporter(
  clock: StageClock,
  tell: (report: Omit<Report, "worker">) => void,
): (items: number) => void {
  const started = performance.now();
  let toldAt = Number.NEGATIVE_INFINITY;
  let done = 0;
  return (items) => {
    done += items;
    const now = performance.now();
    if (now - toldAt < REPORT) return;
    toldAt = now;
    tell({ done, itemsPerSecond: (1000 * done) / Math.max(1, now - started), limit: clock.limit });
  };
}
