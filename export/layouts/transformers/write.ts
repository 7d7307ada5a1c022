// Writes the folder that transformers.js loads: configs, and the encoder in each precision.
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { modelPicture } from "../../../runtime/images/model-picture.ts";
import { loadRuntime, type Manifest, type PackageFile } from "../../../runtime/index.ts";
import { PackageOptionError } from "../../package/errors.ts";
import { readManifest } from "../../package/read-manifest.ts";
import { replaceFolder } from "../../package/replace.ts";
import type { VariantDtype } from "../../package/variants/dtypes.ts";
import { VariantError } from "../../package/variants/errors.ts";
import { type Fidelity, runGraph } from "../../package/variants/fidelity.ts";
import { asBatch, type RawItems, randomItems } from "../../package/variants/samples.ts";
import { makeVariant } from "../../package/variants/variant.ts";
import { writeSynced } from "../../synced-file.ts";
import { checkPictures } from "./check-pictures.ts";
import { modelConfig, preprocessorConfig } from "./config.ts";
import { withPixelValues } from "./pixel-values.ts";

/** What was exported, and from what; a folder with this file may be replaced. */
export const EXPORT_FILE = "latentkit-export.json";

export interface TransformersOptions {
  /** Smaller variants besides fp32. Default both: transformers.js takes q8 on WebAssembly unless told. */
  readonly dtypes?: readonly VariantDtype[];
  /** Raw items of the model's input on which variants are compared. Random ones unless given. */
  readonly items?: RawItems | undefined;
}

export interface TransformersFile {
  /** Within the folder. */
  readonly path: string;
  readonly dtype: PackageFile["dtype"];
  readonly bytes: number;
  readonly sha256: string;
  /** The variant against fp32; undefined for fp32 itself. */
  readonly fidelity?: VariantFidelity;
}

export interface VariantFidelity extends Fidelity {
  /** Its size by that of the float32 file. */
  readonly sizeRatio: number;
}

export interface WrittenTransformers {
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly TransformersFile[];
  /** Where the items that variants were compared on are from. */
  readonly comparedOn: string;
}

/** Names of transformers.js. */
const fileNames = { fp32: "model.onnx", fp16: "model_fp16.onnx", q8: "model_quantized.onnx" } as const;

/**
 * Writes the encoder of a package as a model of transformers.js, whole or not at all.
 *
 * Rejects with `PackageOptionError` where the model takes no pictures, `VariantError` where a variant is of no use, and
 * as `copyPackage` does.
 *
 * @example
 * await writeTransformers("runs/mnist/package", "models/mnist");
 * // With env.localModelPath = "models/" and env.allowRemoteModels = false:
 * const encode = await pipeline("image-feature-extraction", "mnist");
 * const { data, dims } = await encode("digit.png");
 */
export async function writeTransformers(
  from: string,
  to: string,
  { dtypes = ["fp16", "q8"], items }: TransformersOptions = {},
): Promise<WrittenTransformers> {
  // Before anything is made: the package must be whole itself.
  await (await loadRuntime(from, { inline: true, device: "cpu" })).dispose();
  const manifest = await readManifest(from);
  refuseOther(manifest);
  const encoder = manifest.files.find(
    ({ role, dtype }) => role === "encoder" && dtype === "fp32",
  ) as PackageFile;
  const source = { fileName: encoder.path, bytes: await readFile(join(from, encoder.path)) };
  const raw = items ?? randomItems(manifest.input);
  const feeds = { input: asBatch(raw, manifest.input) };
  const expected = await runGraph(source.bytes, feeds, source.fileName);

  const whole = await makeFile(manifest, source.bytes, "fp32");
  const made = [whole];
  for (const dtype of dtypes) {
    const variant = await makeVariant(source, dtype, feeds, expected);
    if (!variant) {
      throw new VariantError(
        `${source.fileName}: holds no weights that ${dtype} could make smaller: leave it out`,
      );
    }
    const { bytes, file } = await makeFile(manifest, variant.bytes, dtype);
    const { maxAbs, meanAbs, cosine, items } = variant;
    const sizeRatio = bytes.length / whole.bytes.length;
    made.push({ bytes, file: { ...file, fidelity: { sizeRatio, maxAbs, meanAbs, cosine, items } } });
  }

  const files = made.map(({ file }) => file);
  await replaceFolder(to, EXPORT_FILE, async (temporary) => {
    const writeJson = (name: string, value: unknown) =>
      writeSynced(join(temporary, name), `${JSON.stringify(value, null, 2)}\n`);
    await mkdir(join(temporary, "onnx"));
    for (const { bytes, file } of made) await writeSynced(join(temporary, file.path), bytes);
    await writeJson("config.json", modelConfig(manifest));
    await writeJson("preprocessor_config.json", preprocessorConfig(manifest));
    const { name, training } = manifest;
    await writeJson(EXPORT_FILE, { layout: "transformers", name, files, comparedOn: raw.from, training });
  });
  return { folder: resolve(to), files, comparedOn: raw.from };
}

interface MadeFile {
  readonly bytes: Uint8Array;
  readonly file: TransformersFile;
}

async function makeFile(
  manifest: Manifest,
  encoder: Uint8Array,
  dtype: PackageFile["dtype"],
): Promise<MadeFile> {
  const path = `onnx/${fileNames[dtype]}`;
  const bytes = withPixelValues(encoder, manifest.input, path);
  await checkPictures(manifest.input, encoder, bytes, path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { bytes, file: { path, dtype, bytes: bytes.length, sha256 } };
}

function refuseOther({ name, input }: Manifest): void {
  try {
    modelPicture(input);
  } catch {
    throw new PackageOptionError(
      `model ${JSON.stringify(name)} takes items of [${input.shape.join(", ")}] (${input.layout}); ` +
        "expected pictures, gray or RGB, which are what transformers.js extracts features of",
    );
  }
}
