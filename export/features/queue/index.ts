// Past one machine: the shards of a set as jobs in BullMQ on Redis.
export { type QueueFeatureOptions, queueFeatures } from "./coordinator.ts";
export type { ConnectionEvent, FeatureWorkerEvent, QueueFeatureEvent, WorkerState } from "./events.ts";
export { type FeatureWork, type FeatureWorkerOptions, runFeatureWorker } from "./worker.ts";
