// Fully connected autoencoder: hidden layers to a code, and the same mirrored back.
import * as tf from "@tensorflow/tfjs";
import { itemSize } from "../../data/index.ts";
import type { Architecture, LayerPair } from "./architecture.ts";
import { chain, LayerFactory } from "./layer-factory.ts";

/** x → hidden… → code → …hidden → x̂. */
export const dense: Architecture<"dense"> = ({ model, itemShape, seed, topK }) => {
  const { hidden, code, activation, codeActivation, output } = model;
  const size = itemSize(itemShape);
  const make = new LayerFactory(seed, model);
  const stack = (sizes: readonly number[], part: string) =>
    sizes.map((units, i) =>
      make.hidden(`${part}_${i + 1}`, activation, (args) => tf.layers.dense({ units, ...args })),
    );
  const layer = make.dense(code, "code", codeActivation);
  const item = tf.input({ shape: [size] });
  const up = stack(hidden, "encoder");
  const codes = chain(item, [...up.flat(), layer, ...make.codeEnd(topK)]);
  const reconstruction = make.dense(size, "reconstruction", "linear");
  const given = tf.input({ shape: [code] });
  const down = stack([...hidden].reverse(), "decoder");
  const restored = chain(given, [...down.flat(), reconstruction]);
  return {
    encoder: tf.model({ inputs: item, outputs: codes, name: "encoder" }),
    decoder: tf.model({ inputs: given, outputs: restored, name: "decoder" }),
    itemShape: [size],
    output,
    pairs: [...up, [layer]].map((layers, i): LayerPair => {
      const mirrored = i === 0 ? reconstruction : down[hidden.length - i]?.[0];
      return {
        encoder: layers[0] as tf.layers.Layer,
        decoder: mirrored as tf.layers.Layer,
        activation: i < hidden.length ? activation : codeActivation,
      };
    }),
    ...(hidden.length === 0 ? { oneLayer: { layer, activation: codeActivation } } : {}),
  };
};
