// What an architecture makes of a config.
import type * as tf from "@tensorflow/tfjs";
import type { TrainConfig } from "../config/index.ts";

/** A pair of models. The decoder gives logits: its sigmoid is part of the loss, and of the exported decoder. */
export interface Autoencoder {
  /** [batch, item size] → [batch, code size]. */
  readonly encoder: tf.LayersModel;
  /** [batch, code size] → [batch, item size]. */
  readonly decoder: tf.LayersModel;
}

export type Architecture = (model: TrainConfig["model"], inputSize: number, seed: number) => Autoencoder;
