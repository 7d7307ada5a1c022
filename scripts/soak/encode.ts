// `npm run soak:encode -- [--calls N] [--inline]`: encodes single images in a great many calls; memory must not grow
// once the first tenth of them has been made. Exit status 0 only where it does not.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadRuntime, type Runtime } from "../../runtime/index.ts";
import { PIXELS, writeUntrainedPackage } from "../bench/untrained-package.ts";
import { reportError, UsageError } from "../cli/errors.ts";
import { wholeNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";

/** Calls under way at once. */
const IN_FLIGHT = 256;
const PARTS = 10;
const MEGABYTE = 2 ** 20;
/** Megabytes that memory may vary by: ten times less than a leak of 100 bytes per call would come to. */
const HEAP_SLACK = 8;
/** What the process has of the system, the other thread's garbage included. */
const RESIDENT_SLACK = 32;

interface Reading {
  readonly calls: number;
  readonly seconds: number;
  /** Of this thread, with what lies outside of V8's heap, in megabytes. */
  readonly heap: number;
  readonly resident: number;
}

try {
  const { calls, inline } = readArguments();
  const folder = await mkdtemp(join(tmpdir(), "latentkit-soak-"));
  try {
    await writeUntrainedPackage(folder);
    const runtime = await loadRuntime(folder, { device: "cpu", inline });
    process.exitCode = report(await soak(runtime, calls)) ? 0 : 1;
    await runtime.dispose();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
} catch (error) {
  process.exitCode = reportError(error, process.stderr);
}

/** Readings after each tenth of the calls. */
async function soak(runtime: Runtime, calls: number): Promise<Reading[]> {
  const collectGarbage = exposedGc();
  const image = Uint8Array.from({ length: PIXELS }, (_, i) => i % 256);
  const { data: expected } = await runtime.encode(image);
  const start = performance.now();
  const readings: Reading[] = [];
  for (let part = 1; part <= PARTS; part++) {
    const until = Math.round((calls * part) / PARTS);
    let made = readings.at(-1)?.calls ?? 0;
    await Promise.all(
      Array.from({ length: IN_FLIGHT }, async () => {
        while (made < until) {
          made++;
          const { data } = await runtime.encode(image);
          // A batch of another size may add up in another order.
          const isSame = data.every((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)) < 1e-4);
          if (!isSame) throw new Error(`call ${made} gave another code than the first one`);
        }
      }),
    );
    collectGarbage();
    const { heapUsed, external, rss } = process.memoryUsage();
    const seconds = (performance.now() - start) / 1000;
    readings.push({
      ...{ calls: until, seconds, heap: (heapUsed + external) / MEGABYTE, resident: rss / MEGABYTE },
    });
    process.stderr.write(`${until.toLocaleString("en")} calls after ${Math.round(seconds)} s\n`);
  }
  return readings;
}

function report(readings: readonly Reading[]): boolean {
  const right = { align: "right" } as const;
  const table = formatTable(
    ["calls", "seconds", "heap, MB", "resident, MB"].map((title) => ({ title, ...right })),
    readings.map(({ calls, seconds, heap, resident }) => [
      ...[calls.toLocaleString("en"), seconds.toFixed(1), heap.toFixed(1), resident.toFixed(1)],
    ]),
  );
  const [first, ...others] = readings;
  const growth = (of: "heap" | "resident") =>
    Math.max(...others.map((reading) => reading[of])) - (first?.[of] ?? 0);
  const [heap, resident] = [growth("heap"), growth("resident")];
  const isSteady = heap <= HEAP_SLACK && resident <= RESIDENT_SLACK;
  process.stdout.write(
    `${table}\n\nbeyond the first reading: heap ${heap.toFixed(1)} MB (at most ${HEAP_SLACK}), ` +
      `resident ${resident.toFixed(1)} MB (at most ${RESIDENT_SLACK}): ${isSteady ? "no growth" : "GROWTH"}\n`,
  );
  return isSteady;
}

/** V8's own collector, also without --expose-gc on the command line. */
function exposedGc(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

function readArguments() {
  const { calls, inline } = parse();
  return { calls: wholeNumber("--calls", { min: PARTS })(calls), inline };
}

function parse() {
  try {
    const options = {
      calls: { type: "string", default: "1000000" },
      inline: { type: "boolean", default: false },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
