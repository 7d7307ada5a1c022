// Items corrupted as training does it, and what the model makes of them.
import * as tf from "@tensorflow/tfjs";
import { corrupt } from "../corruptions/index.ts";
import { RandomTables, StepRandom } from "../random/step-random.ts";
import type { ReportRun } from "./run.ts";

export interface Examples {
  readonly count: number;
  /** All [count, size], in [0, 1]. */
  readonly items: Float32Array;
  /** What the model was given; there where training corrupts items. */
  readonly corrupted: Float32Array | undefined;
  /** Of what it was given. */
  readonly result: Float32Array;
}

/** The first `most` items. Bytes are rounded and clipped, as the model takes nothing else. */
export async function examplesOf(run: ReportRun, most: number): Promise<Examples | undefined> {
  const { items, manifest, config, runtime } = run;
  if (!items) return undefined;
  const count = Math.min(most, items.count);
  const rows = items.rows.slice(0, count * items.size);
  const corrupted = config.corruption.kind === "none" ? undefined : await corruptRows(rows, count, run);
  const { dtype, range } = manifest.input;
  const [low, high] = range;
  const given = (corrupted ?? rows).map((value) => low + value * (high - low));
  const raw = dtype === "uint8" ? Uint8Array.from(given, toByte) : given;
  const { reconstruction } = await runtime.reconstruct(raw);
  return { count, items: rows, corrupted, result: reconstruction.data };
}

const toByte = (value: number) => Math.round(Math.min(255, Math.max(0, value)));

async function corruptRows(
  rows: Float32Array,
  count: number,
  { manifest, config }: ReportRun,
): Promise<Float32Array> {
  const tables = new RandomTables(config.seed);
  const keys = tables.keys(0);
  const { shape } = manifest.input;
  const changed = tf.tidy(() => {
    const items = { values: tf.tensor2d(rows, [count, rows.length / count]), shape };
    return corrupt(items, config.corruption, new StepRandom(tables, keys)).values;
  });
  const values = (await changed.data()) as Float32Array;
  tf.dispose([changed, keys]);
  tables.dispose();
  return values;
}
