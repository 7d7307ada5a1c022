// What coordinator and workers tell while they work.
import type { FeatureEvent } from "../events.ts";

/** A worker as the coordinator sees it. */
export interface WorkerState {
  /** See `name` of `runFeatureWorker`'s options. */
  readonly name: string;
  /** What it is at; undefined where it waits, or works for another set. */
  readonly shard?: {
    readonly name: string;
    readonly done: number;
    readonly items: number;
    readonly itemsPerSecond: number;
  };
}

export type ConnectionEvent =
  /** The connection is lost; work goes on, and what is to be told is told later. */
  { readonly type: "redis-away" } | { readonly type: "redis-back" };

/** Of the coordinator: what `exportFeatures` tells, and who works on it. */
export type QueueFeatureEvent =
  | FeatureEvent
  | ConnectionEvent
  /** Shards were put into the queue: at first, or because Redis has lost them. */
  | { readonly type: "queued"; readonly shards: number }
  /** All workers that are connected; those that have told of a shard where the server does not say who is. */
  | { readonly type: "workers"; readonly workers: readonly WorkerState[] };

export type FeatureWorkerEvent =
  | ConnectionEvent
  /** It waits for shards from now on. */
  | { readonly type: "joined"; readonly queue: string; readonly worker: string }
  | { readonly type: "begin"; readonly shard: string; readonly out: string }
  | {
      readonly type: "shard";
      readonly shard: string;
      readonly out: string;
      readonly rows: number;
      readonly bad: number;
      readonly seconds: number;
      readonly itemsPerSecond: number;
    }
  /** A shard could not be made; the queue decides whether it is tried again. */
  | { readonly type: "failed"; readonly shard: string; readonly reason: string }
  /** A shard was given back, because this worker is to end. */
  | { readonly type: "returned"; readonly shard: string }
  /** Something about the queue that needs no help: a job that another worker has taken over, for instance. */
  | { readonly type: "notice"; readonly message: string };
