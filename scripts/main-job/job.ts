// The main job: train, package, load, encode and reconstruct the test images, compare with PCA.
import { join } from "node:path";
import { openSource } from "../../data/index.ts";
import { writeWhole } from "../../export/index.ts";
import { loadRuntime } from "../../runtime/index.ts";
import {
  comparePca,
  reconstructionPicture,
  resolveConfig,
  unfinishedRun,
  writeReport,
  writeSummary,
} from "../../train/index.ts";
import type { CommandContext } from "../cli/command.ts";
import { trainWithProgress } from "../cli/training.ts";

const TRAIN = "mnist:train";
const TEST = "mnist:test";
const CODE_SIZE = 30;
const NEIGHBOURS = 5;
/** Times the test images are encoded for the speed; the median counts. */
const ROUNDS = 5;

export interface Summary {
  readonly epochs: number;
  readonly codeSize: number;
  /** Squared error summed over the pixels (in [0, 1]) of an image, mean over the test images. */
  readonly testSse: number;
  readonly pcaTestSse: number;
  /** Shares, 0 to 1. */
  readonly knnAccuracy: number;
  readonly pcaKnnAccuracy: number;
  readonly trainImagesPerSecond: number;
  readonly encodeImagesPerSecond: number;
  /** Largest absolute difference between ONNX Runtime and tfjs on real samples. */
  readonly parityMaxAbs: number;
  /** Bytes of one code as float32, and of its picture as uint8. */
  readonly bytes: { readonly code: number; readonly picture: number };
  readonly files: {
    readonly package: string;
    readonly picture: string;
    readonly summary: string;
    readonly report: string;
  };
}

export async function runMainJob(
  { epochs, folder }: { readonly epochs: number; readonly folder: string },
  context: CommandContext,
): Promise<Summary> {
  const say = context.output.message;
  say(`training on ${TRAIN} for ${epochs} epochs`);
  const config = resolveConfig({ name: "mnist", data: TRAIN, model: { code: CODE_SIZE }, epochs });
  const existing = (await unfinishedRun(folder, config)) ? "resume" : "overwrite";
  const run = await trainWithProgress(config, { folder, existing }, context);

  say("encoding and reconstructing the test images");
  const test = await openSource(TEST);
  const train = await openSource(TRAIN);
  const images = await test.read(0, test.length);
  const pixels = images.length / test.length;
  const runtime = await loadRuntime(run.package.folder);
  const codes = await runtime.encode(images);
  const encodeSeconds = await medianSeconds(ROUNDS, () => runtime.encode(images));
  const { reconstruction, error } = await runtime.reconstruct(images);
  const trainCodes = await runtime.encode(await train.read(0, train.length));
  await runtime.dispose();

  const comparison = await comparePca(
    {
      trainSource: TRAIN,
      testSource: TEST,
      trainCodes: trainCodes.data,
      testCodes: codes.data,
      codeSize: CODE_SIZE,
      neighbours: NEIGHBOURS,
    },
    say,
  );
  const files = {
    package: join(folder, "package"),
    picture: join(folder, "reconstructions.png"),
    summary: join(folder, "summary.json"),
    report: join(folder, "report.html"),
  };
  const [height = 1, width = 1, channels = 1] = test.shape;
  const shape = [height, width, channels] as const;
  await writeWhole(
    files.picture,
    await reconstructionPicture(images as Uint8Array, reconstruction.data, { shape, columns: 16 }),
  );
  const summary: Summary = {
    epochs,
    codeSize: CODE_SIZE,
    testSse: (error.reduce((sum, one) => sum + one, 0) / error.length) * pixels,
    ...comparison,
    trainImagesPerSecond: run.itemsPerSecond,
    encodeImagesPerSecond: test.length / encodeSeconds,
    parityMaxAbs: run.package.parityMaxAbs,
    bytes: { code: CODE_SIZE * Float32Array.BYTES_PER_ELEMENT, picture: pixels },
    files,
  };
  await writeSummary(folder, summary);
  say("writing the report");
  await writeReport(folder);
  return summary;
}

async function medianSeconds(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(rounds / 2)] as number;
}
