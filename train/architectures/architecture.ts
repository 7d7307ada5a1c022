// What an architecture makes of a config.
import type * as tf from "@tensorflow/tfjs";
import type { Activation, Architectures, ModelOf } from "../config/model.ts";

/** How many of a code's units are kept, in training, when it begins, and otherwise. */
export interface TopKUnits {
  readonly k: number;
  readonly firstK: number;
  readonly testK: number;
}

/** A pair of models. */
export interface Autoencoder {
  /** [batch, ...itemShape] → codes [batch, code size], then any switches, int32, that the decoder takes. */
  readonly encoder: tf.LayersModel;
  /** Codes and switches → [batch, ...itemShape]. */
  readonly decoder: tf.LayersModel;
  /** What the models take of one item: its own shape, or [its size]. */
  readonly itemShape: readonly number[];
  /** `sigmoid`: the decoder gives logits, whose sigmoid is part of the loss and of the exported decoder. */
  readonly output: "sigmoid" | "linear";
  /** Layers that can be pretrained one by one, lowest first. */
  readonly pairs?: readonly LayerPair[];
  /** Where the code is one dense layer on the item: that layer, and the activation of its units. */
  readonly oneLayer?: { readonly layer: tf.layers.Layer; readonly activation: Activation };
}

/** A dense layer of the encoder and the one in the decoder that reverses it. */
export interface LayerPair {
  readonly encoder: tf.layers.Layer;
  readonly decoder: tf.layers.Layer;
  /** Of the encoder's layer. */
  readonly activation: Activation;
}

export interface ArchitectureRequest<A extends Architectures> {
  readonly model: ModelOf<A>;
  /** Of the dataset's items. */
  readonly itemShape: readonly number[];
  readonly seed: number;
  /** Not given where all units are kept. */
  readonly topK: TopKUnits | undefined;
}

/** Throws `ConfigError` where the items are not of a shape that the networks can take. */
export type Architecture<A extends Architectures> = (
  request: ArchitectureRequest<A>,
) => Autoencoder | Promise<Autoencoder>;
