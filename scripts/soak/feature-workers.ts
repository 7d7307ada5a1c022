// Feature tables past one process: kills workers, the coordinator and Redis at random moments, and starts them again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { formatTable } from "../cli/table.ts";
import { root } from "../repository.ts";
import { type FeatureInputs, outcomeOf, SHARD, SHARDS } from "./feature-sets.ts";
import { startRedis } from "./redis-server.ts";

/** Kills of one set. */
const KILLS_PER_SET = 4;
/** Milliseconds between a moment that is drawn by shards and the kill, at most: about what a shard takes. */
const JITTER = 300;
/** Milliseconds for which Redis is away, at most. */
const AWAY = 1000;
/** Milliseconds between two looks at how far a set is. */
const LOOK = 20;

const workerProgram = fileURLToPath(new URL("working.ts", import.meta.url));
const coordinatorProgram = fileURLToPath(new URL("coordinating.ts", import.meta.url));

export interface WorkersSoak {
  readonly folder: string;
  readonly inputs: FeatureInputs;
  /** See `outcomeOf`. */
  readonly expected: string;
  /** Kills. */
  readonly wanted: number;
  readonly workers: number;
  readonly random: () => number;
}

interface Kill {
  readonly set: number;
  readonly victim: "worker" | "coordinator" | "Redis" | "Redis, which forgets";
  /** Shards that were whole then. */
  readonly whole: number;
  /** Whether the victim was writing a shard: a part of it was left behind. */
  readonly inWriting: boolean;
  same: boolean;
}

export async function soakWorkers(options: WorkersSoak): Promise<boolean> {
  const { folder, expected, wanted } = options;
  const kills: Kill[] = [];
  for (let set = 1; kills.length < wanted; set++) {
    const out = join(folder, `set-${set}`);
    const these = await killSet(options, out, set, Math.min(KILLS_PER_SET, wanted - kills.length));
    const same = (await outcomeOf(out)) === expected;
    for (const kill of these) kill.same = same;
    kills.push(...these);
    process.stderr.write(`set ${set}: ${these.length} kills, ${same ? "the same end" : "ANOTHER END"}\n`);
    await rm(out, { recursive: true });
  }
  return report(kills, options.workers);
}

/** Has a set made; every second one with a Redis that keeps nothing on the disk. */
async function killSet(
  { folder, inputs, workers, random }: WorkersSoak,
  out: string,
  set: number,
  wanted: number,
): Promise<Kill[]> {
  const keeps = set % 2 === 1;
  const redisFolder = join(folder, `redis-${set}`);
  await mkdir(redisFolder);
  const redis = await startRedis(redisFolder, { keeps });
  const startWorker = () => start([workerProgram, redis.url]);
  const startCoordinator = () =>
    start([coordinatorProgram, inputs.model, inputs.source, out, String(SHARD), redis.url]);
  const hands = Array.from({ length: workers }, startWorker);
  let coordinator = startCoordinator();
  const moments = Array.from({ length: wanted }, () => Math.floor(random() * (SHARDS - workers))).sort(
    (a, b) => a - b,
  );
  const kills: Kill[] = [];
  try {
    for (const moment of moments) {
      while ((await wholeIn(out)) < moment && coordinator.exitCode === null) await setTimeout(LOOK);
      await setTimeout(JITTER * random());
      if (coordinator.exitCode !== null) break;
      const whole = await wholeIn(out);
      const draw = random();
      if (draw < 0.2) {
        await redis.kill();
        await setTimeout(AWAY * random());
        await redis.start();
        const victim = keeps ? "Redis" : "Redis, which forgets";
        kills.push({ set, victim, whole, inWriting: false, same: false });
      } else if (draw < 0.4) {
        await end(coordinator, "SIGKILL");
        coordinator = startCoordinator();
        kills.push({ set, victim: "coordinator", whole, inWriting: false, same: false });
      } else {
        const i = Math.floor(random() * workers);
        const hand = hands[i] as ChildProcess;
        await end(hand, "SIGKILL");
        const inWriting = (await namesIn(out)).some((name) => name.includes(`.${hand.pid}-`));
        hands[i] = startWorker();
        kills.push({ set, victim: "worker", whole, inWriting, same: false });
      }
    }
    const [status] = coordinator.exitCode === null ? await once(coordinator, "exit") : [coordinator.exitCode];
    if (status !== 0) throw new Error(`the coordinator ended with status ${status}`);
  } finally {
    await Promise.all([...hands.map((hand) => end(hand, "SIGTERM")), end(coordinator, "SIGKILL")]);
    await redis.kill();
  }
  return kills;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", ...args], {
    ...{ cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

async function namesIn(out: string): Promise<readonly string[]> {
  return readdir(out).catch(() => []);
}

async function wholeIn(out: string): Promise<number> {
  return (await namesIn(out)).filter((name) => /^part-\d+\.json$/.test(name)).length;
}

function report(kills: readonly Kill[], workers: number): boolean {
  const right = { align: "right" } as const;
  const table = formatTable(
    [
      ...[{ title: "kill", ...right }, { title: "set", ...right }, { title: "of" }],
      ...[{ title: "shards whole", ...right }, { title: "while writing one" }, { title: "same end" }],
    ],
    kills.map(({ set, victim, whole, inWriting, same }, i) => [
      ...[String(i + 1), String(set), victim, String(whole)],
      ...[inWriting ? "yes" : "no", same ? "yes" : "NO"],
    ]),
  );
  const inWriting = kills.filter((kill) => kill.inWriting).length;
  const ofRedis = kills.filter(({ victim }) => victim.startsWith("Redis")).length;
  const same = kills.filter((kill) => kill.same).length;
  process.stdout.write(
    `${table}\n\n${workers} workers on Redis: ${kills.length} kills, ${ofRedis} of Redis, `,
  );
  process.stdout.write(`${inWriting} of workers that were writing a shard; `);
  process.stdout.write(`${same} of ${kills.length} in sets that ended as the unbroken one\n`);
  if (inWriting === 0)
    process.stderr.write("none came while a shard was being written: try another --seed\n");
  return same === kills.length && inWriting > 0;
}
