// A process with many workers of a queue that do all that workers do but the work: where a shard would be made they wait.
import { writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { seededRandom } from "../../data/index.ts";
import { planHash, type Shard, shardsOf } from "../../export/features/plan.ts";
import { type MakeShard, serveShards } from "../../export/features/queue/serve.ts";
import { recordName, type ShardRecord } from "../../export/features/record.ts";
import { openStorage } from "../../export/index.ts";
import { simulatedPlan } from "./plan.ts";

/** Milliseconds between two reports of a worker, as in the real one. */
const REPORT = 500;
/** Shards take so much of the mean, at least, and as much more at most. */
const SHORTEST = 0.8;

const [queue = "", count = "", seconds = "", shards = "", first = ""] = process.argv.slice(2);
const plan = simulatedPlan(Number(shards));
const all = shardsOf(plan);
const hash = planHash(plan);
await Promise.all(
  Array.from({ length: Number(count) }, async (_, i) => {
    const name = `simulated-${Number(first) + i}`;
    await serveShards(
      {
        // All end by being killed.
        ...{ queue, name, signal: new AbortController().signal },
        onEvent: ({ type }) => {
          if (type === "joined" || type === "failed") process.stdout.write(`${type}\n`);
        },
      },
      waiter(seededRandom(Number(first) + i)),
    );
  }),
);

function waiter(random: () => number): MakeShard {
  return async ({ shard: number, out }, { report, signal }) => {
    const shard = all[number] as Shard;
    const milliseconds = 1000 * Number(seconds) * (SHORTEST + 2 * (1 - SHORTEST) * random());
    const items = shard.end - shard.start;
    for (let waited = 0; waited < milliseconds; waited += REPORT) {
      await setTimeout(Math.min(REPORT, milliseconds - waited), undefined, { signal });
      const done = Math.round((items * Math.min(waited + REPORT, milliseconds)) / milliseconds);
      report({ done, itemsPerSecond: (1000 * items) / milliseconds, limit: "decode" });
    }
    const record: ShardRecord = {
      ...{ shard: shard.name, plan: hash, start: shard.start, end: shard.end, rows: items },
      ...{ bad: [], files: [], seconds: milliseconds / 1000 },
    };
    await openStorage(out).put([recordName(shard)], async ([path = ""]) => {
      await writeFile(path, `${JSON.stringify(record, null, 2)}\n`);
    });
    return record;
  };
}
