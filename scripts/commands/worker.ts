// `latentkit worker`: makes shards that `latentkit encode --queue` has put into a queue, on this machine.
import { Command } from "@commander-js/extra-typings";
import type { FeatureWorkerEvent } from "../../export/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { wholeNumber } from "../cli/options.ts";
import { deviceOption, threadsOption, workersOption } from "../cli/runtime-options.ts";

const examples = `
Examples:
  $ latentkit worker --queue redis://store:6379
  $ latentkit worker --queue redis://user:password@store:6379/2 --device cuda --json

Start as many as you like, on any machine that sees packages, sources and folders at the same paths as the machine of
latentkit encode. One that is killed loses nothing: its shard is free again within half a minute.
Ctrl-C or SIGTERM: the shard it is at goes back to the queue at once.`;

export const worker: CommandFactory = ({ output, stderr, endSignal }) =>
  new Command("worker")
    .description("Make the shards of feature tables that wait in a queue.")
    .requiredOption("--queue <address>", "of Redis, such as redis://host:6379")
    .option("--queue-name <name>", "of one queue among several there (default: latentkit-features)")
    .option("--name <name>", "of this worker, for those who watch (default: host and process)")
    .option("--concurrency <n>", "shards under way at a time", wholeNumber("--concurrency", { min: 1 }), 1)
    .addOption(deviceOption())
    .addOption(workersOption())
    .addOption(threadsOption())
    .addHelpText("after", examples)
    .action(async ({ queueName, name, workers, threads, ...options }) => {
      const { runFeatureWorker } = await import("../../export/features/index.ts");
      // With --json standard error carries the events, one object a line.
      const tell = (event: FeatureWorkerEvent) => stderr.write(`${JSON.stringify(event)}\n`);
      const work = await runFeatureWorker({
        ...options,
        ...(queueName !== undefined && { queueName }),
        ...(name !== undefined && { name }),
        ...(workers !== undefined && { workers }),
        ...(threads !== undefined && { threads }),
        signal: endSignal(),
        onEvent: output.json ? tell : (event) => output.message(inWords(event)),
      });
      const { shards, rows, bad } = work;
      const leftOut = bad > 0 ? `, ${bad.toLocaleString("en")} items left out` : "";
      output.result(work, `shards: ${shards}, rows: ${rows.toLocaleString("en")}${leftOut}`);
    });

function inWords(event: FeatureWorkerEvent): string {
  switch (event.type) {
    case "joined":
      return `worker ${event.worker} waits for shards at ${event.queue}`;
    case "begin":
      return `${event.shard} of ${event.out}: begun`;
    case "shard": {
      const { shard, out, rows, bad, seconds, itemsPerSecond } = event;
      const leftOut = bad > 0 ? `, ${bad} left out` : "";
      const rate = Math.round(itemsPerSecond).toLocaleString("en");
      return `${shard} of ${out}: ${rows.toLocaleString("en")} rows${leftOut}, ${seconds.toFixed(1)} s, ${rate} items/s`;
    }
    case "failed":
      return `${event.shard}: failed: ${event.reason}`;
    case "returned":
      return `${event.shard}: back in the queue`;
    case "redis-away":
      return "Redis is away: waiting until it is back";
    case "redis-back":
      return "Redis is back";
    case "notice":
      return event.message;
  }
}
