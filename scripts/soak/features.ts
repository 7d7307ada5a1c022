// `npm run soak:features -- [--kills N] [--seed N] [--workers N]`: kills exports of features at random moments; each has to
// end, once started again, with the same files and rows as one that was never killed. With workers they are made past one
// process, and workers, the coordinator and Redis are killed. Exit status 0 only where all end so.

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seededRandom } from "../../data/index.ts";
import type { FeatureEvent } from "../../export/index.ts";
import { formatTable } from "../cli/table.ts";
import { inTemporaryFolder } from "./command.ts";
import { type FeatureInputs, outcomeOf, SHARD, writeInputs } from "./feature-sets.ts";
import { soakWorkers, type WorkersSoak } from "./feature-workers.ts";
import { type KilledProcess, runAndKillProcess } from "./killed-process.ts";

/** Kills of one set, before it is left to end. */
const KILLS_PER_SET = 4;
const program = fileURLToPath(new URL("exporting.ts", import.meta.url));

interface Ended extends KilledProcess {
  /** Shards that it found whole. */
  readonly found: number;
  /** Shards that it made. */
  readonly made: number;
  /** Whether a shard was being written: a part of it was left behind. */
  readonly inWriting: boolean;
}

interface Kill extends Ended {
  readonly set: number;
  readonly after: number;
  same: boolean;
}

process.exitCode = await inTemporaryFolder(soak, { takesWorkers: true });

async function soak(folder: string, wanted: number, seed: number, workers: number): Promise<boolean> {
  const random = seededRandom(seed);
  const inputs = await writeInputs(folder, random);
  const whole = join(folder, "whole");
  const { milliseconds } = await exportAndKill(inputs, whole, Number.POSITIVE_INFINITY);
  const expected = await outcomeOf(whole);
  process.stderr.write(`unbroken: ${Math.round(milliseconds)} ms from its first items\n`);
  return workers > 0
    ? soakWorkers({ folder, inputs, expected, wanted, workers, random })
    : soakAlone({ folder, inputs, expected, wanted, random }, milliseconds);
}

async function soakAlone(
  { folder, inputs, expected, wanted, random }: Omit<WorkersSoak, "workers">,
  milliseconds: number,
): Promise<boolean> {
  const kills: Kill[] = [];
  for (let set = 1; kills.length < wanted; set++) {
    const out = join(folder, `set-${set}`);
    const these: Kill[] = [];
    const share = Math.min(KILLS_PER_SET, wanted - kills.length);
    for (let ended = false; !ended; ) {
      const after = these.length < share ? 0.4 * random() * milliseconds : Number.POSITIVE_INFINITY;
      const one = await exportAndKill(inputs, out, after);
      ended = !one.killed;
      if (one.killed) these.push({ ...one, set, after, same: false });
    }
    const same = (await outcomeOf(out)) === expected;
    for (const kill of these) kill.same = same;
    kills.push(...these);
    process.stderr.write(`set ${set}: ${these.length} kills, ${same ? "the same end" : "ANOTHER END"}\n`);
    await rm(out, { recursive: true });
  }
  return report(kills);
}

/** Kills with SIGKILL so many milliseconds after the first items; never where that is infinite. */
async function exportAndKill({ model, source }: FeatureInputs, out: string, after: number): Promise<Ended> {
  const before = await partsIn(out);
  const seen = { found: 0, shard: 0 };
  const process = await runAndKillProcess([program, model, source, out, String(SHARD)], after, (line) => {
    const { type } = JSON.parse(line) as FeatureEvent;
    if (type === "found" || type === "shard") seen[type]++;
    // Loading the package takes as long as much of the work; kills are to come in the work.
    return type === "progress" || type === "shard";
  });
  const left = (await partsIn(out)).filter((name) => !before.includes(name));
  const inWriting = process.killed && left.length > 0;
  return { ...process, found: seen.found, made: seen.shard, inWriting };
}

/** Files that are being written have a hidden name until they are whole. */
async function partsIn(out: string): Promise<readonly string[]> {
  const names: string[] = await readdir(out).catch(() => []);
  return names.filter((name) => name.startsWith("."));
}

function report(kills: readonly Kill[]): boolean {
  const right = { align: "right" } as const;
  const table = formatTable(
    [
      ...["kill", "set", "after ms", "shards found", "shards made"].map((title) => ({ title, ...right })),
      ...[{ title: "while writing one" }, { title: "same end" }],
    ],
    kills.map(({ set, after, found, made, inWriting, same }, i) => [
      ...[i + 1, set, Math.round(after), found, made].map(String),
      ...[inWriting ? "yes" : "no", same ? "yes" : "NO"],
    ]),
  );
  const inWriting = kills.filter((kill) => kill.inWriting).length;
  const same = kills.filter((kill) => kill.same).length;
  process.stdout.write(`${table}\n\n${kills.length} kills, ${inWriting} while a shard was being written; `);
  process.stdout.write(`${same} of ${kills.length} in sets that ended as the unbroken one\n`);
  if (inWriting === 0)
    process.stderr.write("none came while a shard was being written: try another --seed\n");
  return same === kills.length && inWriting > 0;
}
