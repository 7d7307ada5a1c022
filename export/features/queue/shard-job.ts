// A shard as a job: all that a worker on another machine needs to make it, and the job's name in the queue.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { FeatureOptionError, FeatureQueueError } from "../errors.ts";
import { PlanSchema } from "../plan.ts";

/** The queue where none is named: workers serve all sets that are put there. */
export const QUEUE_NAME = "latentkit-features";

/** Throws `FeatureOptionError`: the name becomes a part of keys in Redis, whose parts colons separate. */
export function checkQueueName(name: string): void {
  if (name !== "" && !name.includes(":")) return;
  throw new FeatureOptionError("queueName", name, "a name without colons");
}

/** How often a shard is tried where nobody says otherwise: what may pass has half a minute to do so. */
export const ATTEMPTS = 5;

/**
 * How a job that fails is tried again, and what becomes of it: one that has succeeded leaves the queue, since the shard's
 * record tells of it; one that has failed for good is withdrawn by the coordinator, or kept for a day where there is none.
 */
export const jobOptions = {
  backoff: { type: "exponential", delay: 2000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: { age: 24 * 3600 },
} as const;

const text = v.string();

const { format, compression, shardSize, batchSize } = PlanSchema.entries;

/** What all shards of a set have in common. Paths are absolute: the same storage, seen at the same place. */
const SetSchema = v.object({
  version: v.literal(1),
  package: text,
  source: text,
  out: text,
  /** Hash of the plan: a worker that comes to another one does not touch the set. */
  plan: text,
  options: v.object({
    ...{ format, compression, shardSize, batchSize },
    codes: v.picklist(["float32", "float16", "int8"]),
    label: v.boolean(),
    error: v.boolean(),
    keep: v.array(text),
    skipBad: v.boolean(),
    dtype: PlanSchema.entries.package.entries.dtype,
  }),
});

const ShardJobSchema = v.object({
  ...SetSchema.entries,
  /** Its number. */
  shard: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

export interface SetJob extends v.InferOutput<typeof SetSchema> {}
export interface ShardJob extends v.InferOutput<typeof ShardJobSchema> {}

/** Throws `FeatureQueueError` for what another version of LatentKit, or somebody else, has put into the queue. */
export function parseShardJob(data: unknown): ShardJob {
  const result = v.safeParse(ShardJobSchema, data);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = issue.path?.map(({ key }) => String(key)).join(".") ?? "all of it";
  throw new FeatureQueueError(
    `a job in the queue is none of this version of LatentKit (${field}: ${issue.message}); ` +
      "expected the same version at the coordinator and at all workers",
  );
}

/** Names a set in the queue: the same for whoever asks for the same tables at the same place, in the same way. */
export function setId({ version, package: folder, source, out, plan, options }: SetJob): string {
  const { format, compression, shardSize, batchSize, codes, label, error, keep, skipBad, dtype } = options;
  const facts = [version, folder, source, out, plan, format, compression, shardSize, batchSize];
  const hash = createHash("sha256").update(
    JSON.stringify([facts, codes, label, error, keep, skipBad, dtype]),
  );
  return hash.digest("hex").slice(0, 24);
}
