// What a worker tells of the shard it is at, through Redis.
import * as v from "valibot";

const ReportSchema = v.object({
  worker: v.string(),
  /** Items of the shard that have been dealt with. */
  done: v.number(),
  itemsPerSecond: v.number(),
  /** The stage that the others wait for. */
  limit: v.picklist(["decode", "encode", "write"]),
});

export interface Report extends v.InferOutput<typeof ReportSchema> {}

/** Undefined for what another version tells. */
export function parseReport(data: unknown): Report | undefined {
  const result = v.safeParse(ReportSchema, data);
  return result.success ? result.output : undefined;
}
