// What is known of a shard that is whole: `part-00000.json` beside its files. A shard without it does not count.
import * as v from "valibot";
import { parseJson, type Shard } from "./plan.ts";
import type { Storage } from "./storage/storage.ts";
import { readText } from "./storage/text.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const BadItemSchema = v.object({
  /** Its number in the source. */
  item: count,
  id: v.string(),
  /** What was found and what would be right. */
  reason: v.string(),
});

const FileSchema = v.object({
  name: v.string(),
  bytes: count,
  sha256: v.string(),
});

const RecordSchema = v.object({
  shard: v.string(),
  /** Of the plan it was made by: see `planHash`. */
  plan: v.string(),
  /** Items of the source, `end` excluded. */
  start: count,
  end: count,
  /** Items without the bad ones. */
  rows: count,
  bad: v.array(BadItemSchema),
  files: v.array(FileSchema),
  /** From its first item to its last file. */
  seconds: v.number(),
});

export interface ShardRecord extends v.InferOutput<typeof RecordSchema> {}
export interface BadItem extends v.InferOutput<typeof BadItemSchema> {}

export function recordName(shard: Pick<Shard, "name">): string {
  return `${shard.name}.json`;
}

/** Whether a shard is there and whole, by its record and its files' sizes and sha256. */
export type Verdict =
  | { readonly whole: true; readonly record: ShardRecord }
  /** Why not; undefined where it has just not been made. */
  | { readonly whole: false; readonly reason: string | undefined };

/**
 * What the record of a shard says, without a look at its files.
 *
 * @param plan the hash of the plan it must have been made by
 */
export async function readRecord(storage: Storage, plan: string, shard: Shard): Promise<Verdict> {
  const name = recordName(shard);
  const text = await readText(storage, name);
  if (text === undefined) return { whole: false, reason: undefined };
  let record: ShardRecord;
  try {
    record = parseJson(RecordSchema, text, name);
  } catch (error) {
    return { whole: false, reason: error instanceof Error ? error.message : String(error) };
  }
  if (record.plan !== plan || record.start !== shard.start || record.end !== shard.end) {
    return { whole: false, reason: `${name}: was written by another plan` };
  }
  return { whole: true, record };
}

/** {@link readRecord}, and whether the files are what it says. */
export async function verifyShard(storage: Storage, plan: string, shard: Shard): Promise<Verdict> {
  const verdict = await readRecord(storage, plan, shard);
  if (!verdict.whole) return verdict;
  const { record } = verdict;
  const name = recordName(shard);
  for (const { name: file, bytes, sha256 } of record.files) {
    const sum = await storage.sum(file);
    if (sum === undefined) return { whole: false, reason: `${file}: is missing` };
    if (sum.bytes !== bytes) {
      return { whole: false, reason: `${file}: has ${sum.bytes} bytes; expected ${bytes} by ${name}` };
    }
    if (sum.sha256 !== sha256) {
      return { whole: false, reason: `${file}: sha256 is ${sum.sha256}; expected ${sha256} by ${name}` };
    }
  }
  return { whole: true, record };
}
