// Why a shard's job has failed, as text that goes through Redis and becomes an error again.
import { BadFeatureItemError, FeatureOptionError, FeatureQueueError } from "../errors.ts";

/** Begins the reason of a job that has met a bad item; what the source says follows. */
const BAD_ITEM = "bad item: ";

/** The machine does not come to the plan that was asked for: no attempt will. */
export class PlanMismatchError extends FeatureQueueError {
  override name = "PlanMismatchError";
}

/** What is not tried again: it would come out the same, or this machine is not what the coordinator counts on. */
export function isFinal(error: unknown): boolean {
  return [BadFeatureItemError, FeatureOptionError, PlanMismatchError].some((kind) => error instanceof kind);
}

/** @param worker who has met it */
export function reasonOf(error: unknown, worker: string): string {
  if (error instanceof BadFeatureItemError && error.cause instanceof Error) {
    return BAD_ITEM + error.cause.message;
  }
  return `worker ${worker}: ${error instanceof Error ? error.message : String(error)}`;
}

/** What the coordinator rejects with: for a bad item the same as without a queue. */
export function failureOf(shard: string, reason: string): Error {
  if (reason.startsWith(BAD_ITEM)) {
    return new BadFeatureItemError(shard, new Error(reason.slice(BAD_ITEM.length)));
  }
  return new FeatureQueueError(
    `${shard} was not written: ${reason}. Shards that are whole are kept; run the same command again to go on`,
  );
}
