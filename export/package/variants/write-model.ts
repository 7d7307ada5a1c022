// Writes smaller variants beside an exported .onnx file.
import { basename, dirname, join } from "node:path";
import { sampleInputs } from "../../onnx/parity/samples.ts";
import type { ModelPort } from "../../onnx/to-onnx.ts";
import { writeWhole } from "../../synced-file.ts";
import type { VariantDtype } from "./dtypes.ts";
import { VariantError } from "./errors.ts";
import { type Fidelity, runGraph } from "./fidelity.ts";
import { makeVariant } from "./variant.ts";

export interface ModelVariant extends Fidelity {
  /** Absolute where the model's is. */
  readonly file: string;
  readonly dtype: VariantDtype;
  readonly bytes: number;
  readonly sizeRatio: number;
  readonly kept: readonly string[];
}

/** Sizes of free dimensions in the samples: the first axis of an input, which is a batch, and others. */
const BATCH = 64;
const LENGTH = 16;

/**
 * Writes `model.fp16.onnx` and the like beside `model.onnx`, each compared with it on random samples first.
 * Rejects with `VariantError`, as for packages, and `WriteError`.
 */
export async function writeModelVariants(
  model: { readonly file: string; readonly bytes: Uint8Array; readonly inputs: readonly ModelPort[] },
  dtypes: readonly VariantDtype[],
): Promise<ModelVariant[]> {
  const sizes: Record<string, number> = {};
  for (const { shape } of model.inputs) {
    shape.forEach((dim, axis) => {
      if (typeof dim === "string") sizes[dim] ??= axis === 0 ? BATCH : LENGTH;
    });
  }
  const feeds = Object.fromEntries(
    sampleInputs(model.inputs, sizes, 1).map((sample) => [sample.name, sample]),
  );
  const source = { fileName: basename(model.file), bytes: model.bytes };
  const expected = await runGraph(source.bytes, feeds, source.fileName);
  const made = [];
  for (const dtype of dtypes) {
    const variant = await makeVariant(source, dtype, feeds, expected);
    if (!variant) {
      throw new VariantError(
        `${source.fileName}: holds no weights that ${dtype} could make smaller: leave it out`,
      );
    }
    made.push(variant);
  }
  const written: ModelVariant[] = [];
  for (const { fileName, bytes, ...rest } of made) {
    const file = join(dirname(model.file), fileName);
    await writeWhole(file, bytes);
    written.push({ file, bytes: bytes.length, sizeRatio: bytes.length / model.bytes.length, ...rest });
  }
  return written;
}
