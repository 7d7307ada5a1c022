// A worker process, to be killed: Redis's address, how long it holds a shard, and which of the shards that it begins (1 for
// the first) it stops in the middle of, until there is a line on standard input, are its arguments.
import { readdirSync, readSync } from "node:fs";
import { runFeatureWorker } from "../../../../export/index.ts";

const [queue = "", lock = "", held = ""] = process.argv.slice(2);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
let begun = 0;
await runFeatureWorker({
  ...{ queue, lock: Number(lock), device: "cpu", threads: 1, workers: 1, signal: stop.signal },
  onEvent: (event) => {
    tell(event);
    if (event.type === "begin" && ++begun === Number(held)) holdInTheMiddle(event.out, event.shard);
  },
});

function tell(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** Looks at every turn of the event loop, so that a file cannot be begun and get its name in between. */
function holdInTheMiddle(out: string, shard: string): void {
  const mine = `.${process.pid}-`;
  if (!readdirSync(out).some((name) => name.startsWith(`.${shard}.`) && name.includes(mine))) {
    setImmediate(holdInTheMiddle, out, shard);
    return;
  }
  tell({ type: "held" });
  readSync(0, Buffer.alloc(1));
}
