// A user's own pair of models, kept in the run folder for the worker that trains them.
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { makeFolder, writeWhole } from "../../export/synced-file.ts";
import type { TrainConfig, TrainConfigInput } from "../config/index.ts";

export interface OwnModels {
  /** Takes items, flat or in their shape; gives [batch, code size]. */
  readonly encoder: tf.LayersModel;
  /** Takes what the encoder gives, and gives what it takes. */
  readonly decoder: tf.LayersModel;
}

const parts = ["encoder", "decoder"] as const;
const WEIGHTS = "weights.bin";

const fileOf = (folder: string, part: string) => join(folder, "models", part, "model.json");

/** The config with these models in the place of an architecture; other keys of `files` stay as they are. */
export function withOwnModels(config: TrainConfigInput, folder: string): TrainConfigInput {
  const paths = { encoder: fileOf(folder, "encoder"), decoder: fileOf(folder, "decoder") };
  return { ...config, model: { ...config.model, architecture: "files", ...paths } as TrainConfig["model"] };
}

/** The files of a tfjs model, as a worker can be sent them. */
export interface ModelFiles {
  /** model.json. */
  readonly json: string;
  readonly weights: Uint8Array;
}

export type OwnModelFiles = { readonly [P in (typeof parts)[number]]: ModelFiles };

export async function filesOfOwnModels({ encoder, decoder }: OwnModels): Promise<OwnModelFiles> {
  return { encoder: await filesOf(encoder), decoder: await filesOf(decoder) };
}

/** Weights first: a model.json that is there has its weights. */
export async function writeOwnModels(models: OwnModelFiles, folder: string): Promise<void> {
  for (const part of parts) {
    const target = join(folder, "models", part);
    await makeFolder(target);
    await writeWhole(join(target, WEIGHTS), models[part].weights);
    await writeWhole(fileOf(folder, part), models[part].json);
  }
}

async function filesOf(model: tf.LayersModel): Promise<ModelFiles> {
  const { weightData, weightSpecs = [], modelTopology } = await artifactsOf(model);
  const bytes = weightData === undefined ? new ArrayBuffer(0) : tf.io.CompositeArrayBuffer.join(weightData);
  const weightsManifest = [{ paths: [WEIGHTS], weights: weightSpecs }];
  const json = JSON.stringify({ format: "layers-model", modelTopology, weightsManifest });
  return { json, weights: new Uint8Array(bytes) };
}

async function artifactsOf(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  if (!saved) throw new Error(`tfjs has not saved the model ${model.name}`);
  return saved;
}
