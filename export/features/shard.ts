// Makes one shard: its files, then its record. Made again, it is the same; until both are whole there is none.
import { BadItemError } from "../../data/index.ts";
import { forgetArray } from "../../runtime/node/forget.ts";
import { vectorsOf } from "./columns.ts";
import { BadFeatureItemError } from "./errors.ts";
import type { RowWriter } from "./formats/format.ts";
import { formats } from "./formats/registry.ts";
import { planHash, type Shard } from "./plan.ts";
import { type BadItem, recordName, type ShardRecord } from "./record.ts";
import { type RowsOptions, rowsOf } from "./rows.ts";
import type { Storage } from "./storage/storage.ts";
import { sumOf } from "./storage/sum.ts";
import { putText } from "./storage/text.ts";
import type { Turns } from "./turns.ts";

export interface ShardOptions extends RowsOptions {
  readonly storage: Storage;
  /** Holds back a shard until all batches of the one before, of this process, have been read and are being encoded. */
  readonly turns: Turns;
  /** Called after each batch with the items that have been dealt with, bad ones included. */
  readonly onItems: (items: number) => void;
  /** Called when items cannot be made rows, before the next shard has its turn. */
  readonly onFailure?: (error: unknown) => void;
  /** Files get their names once this has settled, however it does. Default: at once. */
  readonly before?: Promise<unknown>;
}

/**
 * Writes `part-….parquet` (or another format's files) and then `part-….json`.
 *
 * Rejects with `BadFeatureItemError`, the signal's reason, `WriteError`, and what runtime and source say; then nothing
 * of the shard is left.
 */
export async function makeShard(shard: Shard, options: ShardOptions): Promise<ShardRecord> {
  const { plan, storage, turns, before } = options;
  const format = formats[plan.format];
  const names = format.suffixes.map((suffix) => shard.name + suffix);
  const record = await storage.put(names, async (paths): Promise<ShardRecord> => {
    const writer = await format.open(paths, plan.columns, plan.compression);
    try {
      const { rows, bad, begun } = await turns.run((giveOn) => writeRows(shard, writer, giveOn, options));
      await options.clock.time("write", () => writer.finish());
      const sums = await Promise.all(paths.map(sumOf));
      const seconds = (performance.now() - begun) / 1000;
      await Promise.allSettled([before]);
      return {
        ...{ shard: shard.name, plan: planHash(plan), start: shard.start, end: shard.end, rows, bad },
        files: sums.map((sum, i) => ({ name: names[i] as string, ...sum })),
        seconds,
      };
    } finally {
      await writer.close();
    }
  });
  await putText(storage, recordName(shard), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

async function writeRows(shard: Shard, writer: RowWriter, giveOn: () => void, options: ShardOptions) {
  const { clock, signal, onItems, onFailure } = options;
  signal.throwIfAborted();
  const begun = performance.now();
  const bad: BadItem[] = [];
  let rows = 0;
  try {
    for await (const batch of rowsOf(shard, options, giveOn)) {
      await clock.time("write", () => writer.add(batch));
      // Written: as garbage, codes of many batches would wait to be collected.
      forgetArray(vectorsOf(batch.values.at(-1)));
      rows += batch.count;
      bad.push(...batch.bad);
      onItems(batch.count + batch.bad.length);
    }
  } catch (error) {
    const failure = error instanceof BadItemError ? new BadFeatureItemError(shard.name, error) : error;
    onFailure?.(failure);
    throw failure;
  }
  return { rows, bad, begun };
}
