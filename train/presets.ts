// Configs by name: one for each kind of autoencoder, with settings that suit MNIST, or speech where they are for sound.
import type { TrainConfigInput } from "./config/index.ts";
import { ConfigError } from "./errors.ts";

const presets: Readonly<Record<string, Omit<TrainConfigInput, "name">>> = {
  /** Finds the subspace of PCA by gradient descent. */
  linear: { model: { architecture: "linear", code: 30 }, epochs: 20 },
  /** A 30-number code of MNIST digits by a fully connected autoencoder. */
  dense: { model: { architecture: "dense", hidden: [512, 256], code: 30 }, epochs: 10 },
  /** The layers of Hinton & Salakhutdinov 2006, from random weights. */
  deep30: {
    model: { architecture: "dense", hidden: [1000, 500, 250], code: 30 },
    corruption: { kind: "gaussian", strength: 0.1 },
    optimizer: { learningRate: 0.001, schedule: { kind: "cosine", warmup: 1 } },
    epochs: 64,
  },
  /** `dense` with half the weights: the decoder's kernels are the encoder's, transposed. */
  tied: { model: { architecture: "tied", hidden: [512, 256], code: 30 }, epochs: 10 },
  /** Convolutions and max pooling; back by repeating pixels and convolving. */
  "conv-nearest": { model: { architecture: "conv", unpool: "nearest" }, epochs: 5 },
  /** The same, back by putting each value where its maximum was. */
  "conv-max": { model: { architecture: "conv", unpool: "max" }, epochs: 5 },
  /** Strided convolutions, back by transposed ones. */
  "conv-transpose": { model: { architecture: "conv", unpool: "transpose" }, epochs: 5 },
  /** An overcomplete denoising autoencoder (Vincent et al. 2010): its filters are strokes and spots. */
  denoising: {
    model: { architecture: "tied", hidden: [], code: 1000, codeActivation: "sigmoid" },
    corruption: { kind: "masking", strength: 0.25 },
    loss: "bce",
    epochs: 20,
  },
  /** A thousand units of which L1 leaves few on for each digit. */
  "sparse-l1": {
    model: { architecture: "dense", hidden: [], code: 1000, codeActivation: "relu" },
    penalty: { kind: "l1", weight: 1e-4, warmup: 1 },
    // At 0.002 three times as many units die.
    optimizer: { learningRate: 0.001 },
    epochs: 20,
  },
  /** The k-sparse autoencoder of Makhzani & Frey 2013. */
  "sparse-topk": {
    model: { architecture: "tied", hidden: [], code: 1000, output: "linear" },
    penalty: { kind: "topk", k: 25 },
    epochs: 20,
  },
  /**
   * A sparse code of sound: 48 of 512 units are active on a window of 32 ms, and what they stand for are short tones and
   * clicks (Olshausen & Field 1996 for images; Lewicki 2002 for sound). Of another sound take the same windows: `--data
   * "sound.wav?window=256&hop=8"`.
   */
  "audio-sparse": {
    data: "speech:train?window=256&hop=8",
    scale: "standard",
    model: { architecture: "tied", hidden: [], code: 512, codeActivation: "relu", output: "linear" },
    penalty: { kind: "topk", k: 48 },
    // What the decay takes is noise on the atoms.
    optimizer: { kind: "adamw", weightDecay: 0.1 },
    epochs: 40,
  },
  /** The contractive autoencoder of Rifai et al. 2011. */
  contractive: {
    model: { architecture: "tied", hidden: [], code: 1000, codeActivation: "sigmoid" },
    penalty: { kind: "contractive", weight: 1e-4 },
    loss: "bce",
    epochs: 20,
  },
  /** The stacked denoising autoencoder of Vincent et al. 2010: layers pretrained one by one, then a classifier. */
  "stacked-denoising": {
    model: {
      architecture: "dense",
      hidden: [1000, 1000],
      code: 1000,
      activation: "sigmoid",
      codeActivation: "sigmoid",
    },
    corruption: { kind: "masking", strength: 0.25 },
    loss: "bce",
    optimizer: { learningRate: 0.001, schedule: { kind: "cosine" } },
    pretraining: { epochs: 12 },
    epochs: 2,
    classifier: { epochs: 60, dropout: 0.4, corrupt: true, learningRate: 0.0005 },
  },
};

export function presetNames(): string[] {
  return Object.keys(presets);
}

/** Throws `ConfigError` naming the presets there are. */
export function preset(name: string): TrainConfigInput {
  const found = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (!found) throw new ConfigError(`no preset is called "${name}"; there are: ${presetNames().join(", ")}`);
  return { name, data: "mnist:train", ...found };
}
