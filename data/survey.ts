// One pass over a dataset of floats when it is opened: measures the range, finds bad items.
import { type Dataset, itemSize } from "./dataset.ts";
import { BadItemError } from "./errors.ts";
import type { RangeOptions, SkipOptions } from "./options.ts";
import { RangeMeter } from "./range.ts";
import { BadItems } from "./skipped.ts";

/** Values read at a time. */
const CHUNK = 1 << 18;

/**
 * Completes a dataset whose `read` throws `BadItemError` for bad items. Reads nothing where the range is given and
 * bad items are not skipped: then they are found when they are read.
 */
export async function survey(
  dataset: Omit<Dataset, "range">,
  { range, skipBad }: RangeOptions & SkipOptions,
): Promise<Dataset> {
  if (range && !skipBad) return { ...dataset, range };
  const meter = new RangeMeter();
  const bad = new BadItems(skipBad);
  const failed: number[] = [];
  const visit = async (start: number, end: number): Promise<void> => {
    try {
      const values = await dataset.read(start, end);
      if (values instanceof Float32Array) meter.add(values);
    } catch (error) {
      if (!(error instanceof BadItemError) || end - start === 1) {
        bad.add(error);
        failed.push(start);
        return;
      }
      if (!skipBad) throw error;
      for (let item = start; item < end; item++) await visit(item, item + 1);
    }
  };
  const step = Math.max(1, Math.floor(CHUNK / itemSize(dataset.shape)));
  for (let start = 0; start < dataset.length; start += step) {
    await visit(start, Math.min(start + step, dataset.length));
  }
  return bad.leaveOut({ ...dataset, range: range ?? meter.range }, failed);
}
