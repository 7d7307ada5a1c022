// Run as a child process with a small heap: reads a source in shuffled batches and prints what it took, as JSON.
import * as v from "valibot";
import { batches, openSource, prefetch } from "../../data/index.ts";

/** What the process prints. */
export const Walk = v.object({
  length: v.number(),
  shape: v.array(v.number()),
  range: v.tuple([v.number(), v.number()]),
  /** Of the first value of every item. */
  sum: v.number(),
  /** How much more memory, in bytes, the process had at its peak than before it opened the source. */
  growth: v.number(),
});

const [spec] = process.argv.slice(2);
if (spec !== undefined && process.argv[1] === import.meta.filename) {
  const before = process.memoryUsage.rss();
  const dataset = await openSource(spec);
  const size = dataset.shape.reduce((product, dimension) => product * dimension, 1);
  let sum = 0;
  for await (const { data } of prefetch(batches(dataset, { batchSize: 64, shuffle: true }))) {
    for (let at = 0; at < data.length; at += size) sum += data[at] ?? 0;
  }
  await dataset.close?.();
  const growth = process.resourceUsage().maxRSS * 1024 - before;
  const { length, shape, range } = dataset;
  process.stdout.write(JSON.stringify({ length, shape, range, sum, growth }));
}
