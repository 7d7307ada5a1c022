// loadModel(): a tfjs model from disk, in either of its two formats.
import * as tf from "@tensorflow/tfjs";
import { ModelFormatError, ModelLoadError, UnknownLayerError } from "./errors.ts";
import { formatOf, type ModelJson, readModelJson } from "./model-json.ts";
import { importRegister } from "./register.ts";
import { readWeights } from "./weights-files.ts";

export interface LoadModelOptions {
  /**
   * A module to import first: it registers layer classes with tf.serialization.registerClass(), or operations of graph
   * models with tf.registerOp(). A function that it exports by default is called with our `tf`.
   */
  readonly register?: string;
}

/**
 * Loads a layers model or a graph model with its weights, which lie beside the file in one or more shards.
 *
 *     const model = await loadModel("model/model.json");
 *     const { bytes } = await toOnnx(model);
 *
 * @param path a model.json as tfjs's `save()` or the converter writes it
 * @throws ModelNotFoundError, ModelFormatError, WeightsNotFoundError, WeightsLengthError, UnknownLayerError,
 *   RegisterModuleError; all are ModelLoadErrors
 */
export async function loadModel(
  path: string,
  { register }: LoadModelOptions = {},
): Promise<tf.LayersModel | tf.GraphModel> {
  if (register !== undefined) await importRegister(register);
  const json = await readModelJson(path);
  const format = formatOf(json, path);
  const weightData = await readWeights(path, json.weightsManifest);
  const handler: tf.io.IOHandler = { load: () => artifacts(json, weightData) };
  try {
    return format === "graph-model" ? await tf.loadGraphModel(handler) : await tf.loadLayersModel(handler);
  } catch (error) {
    throw explain(error, path, register);
  }
}

function artifacts(json: ModelJson, weightData: ArrayBuffer[]): Promise<tf.io.ModelArtifacts> {
  // Checked as far as we read it; the rest is for tfjs to judge.
  const modelJson = json as unknown as tf.io.ModelJSON;
  const specs = tf.io.getWeightSpecs(modelJson.weightsManifest);
  return tf.io.getModelArtifactsForJSON(modelJson, async () => [specs, weightData]);
}

function explain(error: unknown, path: string, register: string | undefined): Error {
  if (error instanceof ModelLoadError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown layer: ([^.\s]+)/.exec(message);
  if (unknown) return new UnknownLayerError(path, unknown[1] as string, register);
  return new ModelFormatError(path, `tfjs cannot load it: ${message}`);
}
