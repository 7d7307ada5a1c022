// The coordinator's watch over a set: who is at what, which shards are whole, which have to go into the queue again.
import type { Queue, QueueEvents } from "bullmq";
import type { FeaturePlan } from "../plan.ts";
import { planHash, type Shard, shardsOf } from "../plan.ts";
import { readRecord, type ShardRecord } from "../record.ts";
import type { Storage } from "../storage/storage.ts";
import { connectedWorkers } from "./connected-workers.ts";
import type { QueueFeatureEvent } from "./events.ts";
import { failureOf } from "./failure.ts";
import { parseReport } from "./report.ts";
import type { Failure, SetJobs } from "./set-jobs.ts";
import { SetProgress } from "./set-progress.ts";
import { unlessAborted } from "./within.ts";

/** Milliseconds between two looks at the whole: events tell at once, but some may be lost, as jobs may be. */
const LOOK = 2000;
/** Milliseconds between two events of progress. */
const PROGRESS = 200;

export interface Watched {
  readonly jobs: SetJobs;
  readonly queue: Queue;
  readonly events: QueueEvents;
  readonly storage: Storage;
  readonly plan: FeaturePlan;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: QueueFeatureEvent) => void;
}

/**
 * Resolves when all shards are whole by their records: what Redis says of them is a hint. Rejects as soon as one has
 * failed for good that is not whole, and with the signal's reason.
 */
export async function awaitShards(
  missing: readonly Shard[],
  { jobs, queue, events, storage, plan, signal, onEvent }: Watched,
  onShard: (shard: Shard, record: ShardRecord) => void,
): Promise<void> {
  const left = new Map(missing.map((shard) => [shard.name, shard]));
  const shards = shardsOf(plan);
  const hash = planHash(plan);
  const progress = new SetProgress(
    shards,
    shards.filter(({ name }) => !left.has(name)),
  );
  const told = new Set<string>();
  let failure: Failure | undefined;
  let workers: ReadonlySet<string> = new Set();
  let wake = () => {};
  let toldAt = performance.now();
  const tell = () => {
    // Of a thousand workers something comes every millisecond; of the end all want to know.
    if (left.size > 0 && performance.now() - toldAt < PROGRESS) return;
    toldAt = performance.now();
    onEvent(progress.event);
    onEvent({ type: "workers", workers: progress.workers([...workers]) });
  };

  events.on("completed", ({ jobId }) => {
    const shard = jobs.shardOf(jobId);
    if (shard !== undefined) told.add(shard);
    wake();
  });
  events.on("failed", ({ jobId, failedReason }) => {
    const shard = jobs.shardOf(jobId);
    if (shard !== undefined) failure ??= { shard, reason: failedReason };
    wake();
  });
  events.on("progress", ({ jobId, data }) => {
    const shard = jobs.shardOf(jobId);
    const report = parseReport(data);
    if (shard === undefined || !report) return;
    if (!workers.has(report.worker)) workers = new Set([...workers, report.worker]);
    progress.report(shard, report);
    tell();
  });

  /** Whether the shard is whole; counted and told if so. */
  const settle = async (shard: Shard): Promise<boolean> => {
    const verdict = await readRecord(storage, hash, shard);
    if (!verdict.whole) return false;
    left.delete(shard.name);
    progress.finish(shard);
    onShard(shard, verdict.record);
    tell();
    return true;
  };

  const look = async (): Promise<void> => {
    failure ??= (await jobs.failures()).find(({ shard }) => left.has(shard));
    const lost: Shard[] = [];
    for (const shard of await jobs.missing([...left.values()])) {
      signal?.throwIfAborted();
      if (!(await settle(shard))) lost.push(shard);
    }
    if (lost.length > 0) {
      await jobs.add(lost);
      onEvent({ type: "queued", shards: lost.length });
    }
    // Else those are known that have told of their shards.
    const connected = await connectedWorkers(queue);
    if (connected) workers = new Set(connected);
    if (left.size > 0) tell();
  };

  let lookedAt = Number.NEGATIVE_INFINITY;
  while (left.size > 0) {
    for (const name of [...told]) {
      told.delete(name);
      const shard = left.get(name);
      if (shard) await settle(shard);
    }
    if (performance.now() - lookedAt >= LOOK) {
      await unlessAborted(signal, look());
      lookedAt = performance.now();
    }
    if (failure) {
      const shard = left.get(failure.shard);
      if (shard && !(await settle(shard))) throw failureOf(failure.shard, failure.reason);
      failure = undefined;
    }
    if (left.size === 0 || told.size > 0) continue;
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, LOOK);
    });
    await unlessAborted(signal, pause).finally(() => clearTimeout(timer));
  }
}
