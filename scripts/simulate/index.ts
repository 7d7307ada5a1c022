// `npm run simulate -- [--workers N] [--shards N] [--seconds S] [--processes N]`: a set of feature tables made by a thousand
// workers through a real Redis, where a shard's work is replaced by waiting: what remains is what the queue costs.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { completeSet } from "../../export/features/complete.ts";
import { makeByQueue } from "../../export/features/queue/coordinator.ts";
import type { QueueFeatureEvent } from "../../export/features/queue/events.ts";
import { reachRedis } from "../../export/features/queue/redis.ts";
import { QUEUE_NAME } from "../../export/features/queue/shard-job.ts";
import { claimStorage } from "../../export/features/set.ts";
import { openStorage } from "../../export/index.ts";
import { createEncodeProgress } from "../cli/encode-progress.ts";
import { reportError, UsageError } from "../cli/errors.ts";
import { realNumber, wholeNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";
import { describeMachine, inWords } from "../machine.ts";
import { root } from "../repository.ts";
import { startRedis } from "../soak/redis-server.ts";
import { SHARD_SIZE, simulatedJob, simulatedPlan } from "./plan.ts";

const program = fileURLToPath(new URL("workers.ts", import.meta.url));

interface Settings {
  readonly workers: number;
  readonly shards: number;
  /** That a shard takes, on average. */
  readonly seconds: number;
  readonly processes: number;
}

try {
  const settings = readSettings();
  const folder = await mkdtemp(join(tmpdir(), "latentkit-simulate-"));
  try {
    await simulate(settings, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
} catch (error) {
  process.exitCode = reportError(error, process.stderr);
}

function readSettings(): Settings {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const options = {
    workers: text("1000"),
    // A billion rows.
    shards: text(String(Math.ceil(1e9 / SHARD_SIZE))),
    seconds: text("10"),
    processes: text("4"),
  };
  try {
    const { values } = parseArgs({ options });
    const whole = (name: keyof typeof options) => wholeNumber(`--${name}`, { min: 1 })(values[name]);
    return {
      ...{ workers: whole("workers"), shards: whole("shards"), processes: whole("processes") },
      seconds: realNumber("--seconds", { min: 0 })(values.seconds),
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function simulate(settings: Settings, folder: string): Promise<void> {
  const server = await startRedis(folder, { keeps: true });
  const redis = new Redis(server.url);
  const crews: ChildProcess[] = [];
  try {
    await joinWorkers(settings, server.url, crews);
    const failed = Promise.race(crews.map(endOf));
    const measured = await Promise.race([failed, makeSet(settings, server.url, redis, folder)]);
    process.stdout.write(`${inWords(describeMachine())}\n`);
    process.stdout.write(
      `${formatTable([{ title: "simulation" }, { title: "measured", align: "right" }], measured)}\n`,
    );
  } finally {
    for (const crew of crews) crew.kill("SIGKILL");
    redis.disconnect();
    await server.kill();
  }
}

/** Rejects when the process ends, which it does by being killed when all is over. */
async function endOf(crew: ChildProcess): Promise<never> {
  const [code, signal] = await once(crew, "exit");
  throw new Error(`a process of workers ended with ${signal ?? `status ${code}`}`);
}

/** The rows of the table. */
async function makeSet(
  { workers, shards, seconds, processes }: Settings,
  url: string,
  redis: Redis,
  folder: string,
): Promise<[string, string][]> {
  const plan = simulatedPlan(shards);
  const out = join(folder, "features");
  const storage = openStorage(out);
  await claimStorage(storage, plan);
  const place = await reachRedis(url);
  const progress = createEncodeProgress({ stream: process.stderr });
  // Of a thousand workers no one reads a line each.
  const showItems = (event: QueueFeatureEvent) => {
    if (event.type === "progress") progress.update(event);
  };
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const [before, cpuBefore] = [await usageOf(redis), process.cpuUsage()];
  const peak = { bytes: 0, clients: 0 };
  const look = async () => {
    const { bytes, clients } = await usageOf(redis);
    peak.bytes = Math.max(peak.bytes, bytes);
    peak.clients = Math.max(peak.clients, clients);
  };
  const watch = setInterval(() => void look().catch(() => {}), 1000);
  delay.enable();
  try {
    const made = await completeSet(
      storage,
      plan,
      async (missing, onShard) => {
        const begun = performance.now();
        const queued = { place, queueName: QUEUE_NAME, storage, plan, signal: undefined, onShard };
        await makeByQueue(missing, simulatedJob(plan, out), { ...queued, onEvent: showItems });
        return (performance.now() - begun) / 1000;
      },
      { onEvent: progress.update },
    );
    delay.disable();
    const wall = made.seconds;
    const [after, cpu] = [await usageOf(redis), process.cpuUsage(cpuBefore)];
    const perSecond = (count: number) => (count / wall).toFixed(1);
    const share = (busy: number) => `${((100 * busy) / wall).toFixed(1)} % of a core`;
    const ideal = (shards * seconds) / workers;
    return [
      ["workers, in processes", `${workers}, ${processes}`],
      ["shards, seconds each", `${made.shards}, ${seconds} on average`],
      ["rows", made.rows.toLocaleString("en")],
      ["seconds, of which a queue without cost would take", `${wall.toFixed(1)}, ${ideal.toFixed(1)}`],
      ["worker time that was work", `${((100 * ideal) / wall).toFixed(1)} %`],
      ["shards per second", perSecond(shards)],
      ["Redis: commands per second", perSecond(after.commands - before.commands)],
      ["Redis: processor", share(after.seconds - before.seconds)],
      ["Redis: memory at most", `${(peak.bytes / 2 ** 20).toFixed(1)} MiB`],
      ["Redis: connections", String(peak.clients)],
      ["coordinator: processor", share((cpu.user + cpu.system) / 1e6)],
      ["coordinator: event loop's delay, 99th percentile", `${(delay.percentile(99) / 1e6).toFixed(1)} ms`],
      ["coordinator: memory", `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`],
    ];
  } finally {
    clearInterval(watch);
    progress.stop();
  }
}

/** Starts processes of workers, which it adds to `crews`; resolves when all workers wait for shards. */
async function joinWorkers(
  { workers, shards, seconds, processes }: Settings,
  url: string,
  crews: ChildProcess[],
): Promise<void> {
  const share = Math.ceil(workers / processes);
  for (let first = 0; first < workers; first += share) {
    const count = Math.min(share, workers - first);
    const args = ["--import", "tsx", program, url, count, seconds, shards, first].map(String);
    const crew = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    crews.push(crew);
    await Promise.race([endOf(crew), allJoined(crew, count)]);
    process.stderr.write(`${first + count} of ${workers} workers wait\n`);
  }
}

async function allJoined({ stdout }: ChildProcess, count: number): Promise<void> {
  if (!stdout) throw new TypeError("a process without an output");
  let joined = 0;
  const lines = createInterface({ input: stdout });
  await new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (line === "joined" && ++joined === count) resolve();
      if (line === "failed") process.stderr.write("a shard has failed\n");
    });
  });
}

async function usageOf(redis: Redis) {
  const info = await redis.info();
  const numberOf = (field: string) => Number(new RegExp(`^${field}:([\\d.]+)`, "m").exec(info)?.[1]);
  return {
    seconds: numberOf("used_cpu_user") + numberOf("used_cpu_sys"),
    bytes: numberOf("used_memory"),
    commands: numberOf("total_commands_processed"),
    clients: numberOf("connected_clients"),
  };
}
