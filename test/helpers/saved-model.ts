// Writes model.json and its weights as tfjs does, for tests in Node, where tfjs has no saver to disk.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";

export interface WeightEntry {
  readonly spec: tf.io.WeightsManifestEntry;
  readonly bytes: Uint8Array;
}

export interface SavedModel {
  readonly format: "layers-model" | "graph-model";
  readonly topology: object;
  readonly weights: readonly WeightEntry[];
  readonly signature?: object;
  /** Number of files that the weights are cut into; one unless told. */
  readonly shards?: number;
}

/** Writes the files and returns the path of model.json. */
export async function writeSavedModel(folder: string, saved: SavedModel): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { shards = 1 } = saved;
  const bytes = Buffer.concat(saved.weights.map((weight) => weight.bytes));
  const paths = Array.from({ length: shards }, (_, i) => `group1-shard${i + 1}of${shards}.bin`);
  const size = Math.ceil(bytes.length / shards);
  for (const [i, path] of paths.entries()) {
    await writeFile(join(folder, path), bytes.subarray(i * size, (i + 1) * size));
  }
  const model = {
    format: saved.format,
    generatedBy: "test",
    convertedBy: null,
    modelTopology: saved.topology,
    ...(saved.signature ? { signature: saved.signature } : {}),
    weightsManifest: [{ paths, weights: saved.weights.map(({ spec }) => spec) }],
  };
  const file = join(folder, "model.json");
  await writeFile(file, JSON.stringify(model));
  return file;
}

/** What `writeSavedModel` takes, of a layers model. */
export async function savedLayersModel(model: tf.LayersModel, shards = 1): Promise<SavedModel> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  const data = new Uint8Array(tf.io.CompositeArrayBuffer.join(artifacts?.weightData));
  let offset = 0;
  const weights = (artifacts?.weightSpecs ?? []).map((spec) => {
    const length = tf.util.sizeFromShape(spec.shape) * 4;
    offset += length;
    return { spec, bytes: data.subarray(offset - length, offset) };
  });
  return { format: "layers-model", topology: artifacts?.modelTopology as object, weights, shards };
}
