// `npm run soak:kills -- [--kills N] [--seed N]`: kills trainings at random moments; each has to end, once resumed, with
// the same weights, losses and package, bit for bit, as one that was never killed. Exit status 0 only where all do.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../data/index.ts";
import type { TrainConfigInput } from "../../train/index.ts";
import { formatTable } from "../cli/table.ts";
import { inTemporaryFolder } from "./command.ts";
import { type KilledRun, runAndKill } from "./killed-run.ts";
import { outcomeOf } from "./outcome.ts";

/** Kills of one run, before it is left to end. */
const KILLS_PER_RUN = 2;
const SIDE = 8;
const IMAGES = 200;

interface Kill extends KilledRun {
  readonly run: number;
  readonly after: number;
  /** The step from which the next process went on; null where it began anew. */
  resumed: number | null;
  same: boolean;
}

process.exitCode = await inTemporaryFolder(soak);

async function soak(folder: string, wanted: number, seed: number): Promise<boolean> {
  const random = seededRandom(seed);
  const config = await makeConfig(folder, random);
  const whole = join(folder, "whole");
  const { milliseconds } = await runAndKill(config, whole, Number.POSITIVE_INFINITY);
  const expected = await outcomeOf(whole);
  process.stderr.write(`unbroken: ${Math.round(milliseconds)} ms from its first event\n`);
  const kills: Kill[] = [];
  for (let run = 1; kills.length < wanted; run++) {
    const these = await killAgainAndAgain(config, join(folder, `run-${run}`), run, () => {
      const left = Math.min(KILLS_PER_RUN, wanted - kills.length);
      return { left, after: random() * 0.4 * milliseconds };
    });
    const same = (await outcomeOf(join(folder, `run-${run}`))) === expected;
    for (const kill of these) kill.same = same;
    kills.push(...these);
    process.stderr.write(`run ${run}: ${these.length} kills, ${same ? "the same end" : "ANOTHER END"}\n`);
  }
  return report(kills);
}

/** Kills a run some times, then lets it end. It may end before the moment has come: then there is one kill less. */
async function killAgainAndAgain(
  config: TrainConfigInput,
  folder: string,
  run: number,
  next: () => { readonly left: number; readonly after: number },
): Promise<Kill[]> {
  const kills: Kill[] = [];
  for (;;) {
    const { left, after } = next();
    const isLast = kills.length >= left;
    const now = await runAndKill(config, folder, isLast ? Number.POSITIVE_INFINITY : after);
    const before = kills.at(-1);
    if (before) before.resumed = now.resumedFrom;
    if (!now.killed) return kills;
    kills.push({ ...now, run, after, resumed: null, same: false });
  }
}

function report(kills: readonly Kill[]): boolean {
  const right = { align: "right" } as const;
  const table = formatTable(
    [
      ...[
        { title: "kill", ...right },
        { title: "run", ...right },
        { title: "after ms", ...right },
      ],
      ...[
        { title: "last checkpoint", ...right },
        { title: "resumed from step", ...right },
      ],
      ...[{ title: "while writing one" }, { title: "same end" }],
    ],
    kills.map(({ run, after, lastCheckpoint, resumed, inWriting, same }, i) => [
      ...[String(i + 1), String(run), String(Math.round(after)), lastCheckpoint?.toString() ?? "–"],
      ...[resumed?.toString() ?? "the beginning", inWriting ? "yes" : "no", same ? "yes" : "NO"],
    ]),
  );
  const inWriting = kills.filter((kill) => kill.inWriting).length;
  const same = kills.filter((kill) => kill.same).length;
  process.stdout.write(
    `${table}\n\n${kills.length} kills, ${inWriting} while a checkpoint was being written; `,
  );
  process.stdout.write(`${same} of ${kills.length} in runs that ended as the unbroken one\n`);
  if (inWriting === 0)
    process.stderr.write("none came while a checkpoint was being written: try another --seed\n");
  return same === kills.length && inWriting > 0;
}

/** A run with a checkpoint after nearly every step. */
async function makeConfig(folder: string, random: () => number): Promise<TrainConfigInput> {
  const data = join(folder, "images-idx3-ubyte");
  const header = Uint8Array.of(...[0, 0, 8, 3], ...[0, 0, 0, IMAGES], ...[0, 0, 0, SIDE], ...[0, 0, 0, SIDE]);
  await writeFile(data, Buffer.concat([header, pictures(random)]));
  return {
    ...{ data, model: { hidden: [64], code: 4 }, epochs: 10, batchSize: 20, threads: 1 },
    ...{ validation: { share: 0.2 }, checkpoint: { everySeconds: 0.002 } },
  };
}

/** A bright bar somewhere on a dark ground. */
function pictures(random: () => number): Uint8Array {
  const pixels = new Uint8Array(IMAGES * SIDE * SIDE).fill(10);
  for (let n = 0; n < IMAGES; n++) {
    const bar = Math.floor(random() * SIDE);
    for (let along = 0; along < SIDE; along++) {
      const at = n % 2 === 0 ? along * SIDE + bar : bar * SIDE + along;
      pixels[n * SIDE * SIDE + at] = 200 + Math.floor(random() * 55);
    }
  }
  return pixels;
}
