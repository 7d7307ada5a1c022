// A queue of its own for a test, with coordinators and workers in this process.
import { randomUUID } from "node:crypto";
import type { TestContext } from "node:test";
import { Queue } from "bullmq";
import {
  type FeatureWorkerEvent,
  type FeatureWorkerOptions,
  type QueueFeatureEvent,
  type QueueFeatureOptions,
  queueFeatures,
  runFeatureWorker,
} from "../../../../export/index.ts";

export const sizes = { shardSize: 10, batchSize: 4 } as const;

export interface QueueInputs {
  /** Of Redis. */
  readonly url: string;
  /** A package, and a source for it, where a test names no other ones. */
  readonly model: string;
  readonly images: string;
}

/** Workers that a test does not end are ended after it. */
export function queueFor(t: TestContext, { url, model, images }: QueueInputs) {
  const queueName = randomUUID();
  const jobs = new Queue(queueName, { connection: { url } });
  t.after(() => jobs.close());
  const coordinate = (
    out: string,
    options: Partial<QueueFeatureOptions> = {},
    source = images,
    packageFolder = model,
  ) => {
    const events: QueueFeatureEvent[] = [];
    let onQueued = () => {};
    const queued = new Promise<void>((resolve) => {
      onQueued = resolve;
    });
    const done = queueFeatures(packageFolder, source, {
      ...{ ...sizes, out, queue: url, queueName, ...options },
      onEvent: (event) => {
        events.push(event);
        // The first after a look at the queue: what was missing there is in it.
        if (event.type === "progress") onQueued();
      },
    });
    return { done, events, queued };
  };
  const work = (
    onEvent: (event: FeatureWorkerEvent) => void = () => {},
    options: Partial<FeatureWorkerOptions> = {},
  ) => {
    const events: FeatureWorkerEvent[] = [];
    const stop = new AbortController();
    const ended = runFeatureWorker({
      ...{ queue: url, queueName, device: "cpu", threads: 1, workers: 1, signal: stop.signal, ...options },
      onEvent: (event) => {
        events.push(event);
        onEvent(event);
      },
    });
    const end = () => {
      stop.abort();
      return ended;
    };
    t.after(end);
    return { events, end };
  };
  /** Jobs that wait, for a worker or for another attempt, or are at a worker. */
  const open = () => jobs.getJobCountByTypes("waiting", "delayed", "active", "prioritized");
  /** Jobs that no worker has begun. */
  const waiting = () => jobs.getJobCountByTypes("waiting", "delayed", "prioritized");
  return { queueName, jobs, coordinate, work, open, waiting };
}
