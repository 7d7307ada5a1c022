// Reads the files of weights that a model.json names and checks that they hold what it says.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { WeightsLengthError, WeightsNotFoundError } from "./errors.ts";
import type { WeightsGroup } from "./model-json.ts";

/** All weights of a model, in the order of its manifest. Throws WeightsNotFoundError or WeightsLengthError. */
export async function readWeights(file: string, manifest: readonly WeightsGroup[]): Promise<ArrayBuffer[]> {
  const all: ArrayBuffer[] = [];
  for (const group of manifest) {
    const buffers = await Promise.all(group.paths.map((path) => readShard(file, path)));
    const expected = byteLength(group);
    const found = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    if (expected !== undefined && found !== expected) {
      throw new WeightsLengthError(file, expected, found, group.paths);
    }
    all.push(...buffers);
  }
  return all;
}

async function readShard(file: string, path: string): Promise<ArrayBuffer> {
  const bytes = await readFile(join(dirname(file), path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new WeightsNotFoundError(file, path);
    throw error;
  });
  // A buffer of its own: Node's may be a part of a larger one.
  return new Uint8Array(bytes).buffer;
}

const bytesPerElement = { float32: 4, int32: 4, bool: 1, complex64: 8, uint8: 1, uint16: 2, float16: 2 };

/** Undefined where only the data tells: strings have any length. */
function byteLength({ weights }: WeightsGroup): number | undefined {
  let total = 0;
  for (const { shape, dtype, quantization } of weights) {
    const stored = quantization?.dtype ?? dtype;
    if (stored === "string") return undefined;
    total += tf.util.sizeFromShape(shape) * bytesPerElement[stored];
  }
  return total;
}
