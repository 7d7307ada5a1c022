// Fully connected autoencoder: hidden layers to a linear code, and the same mirrored back.
import * as tf from "@tensorflow/tfjs";
import type { Architecture } from "./architecture.ts";

/** x → hidden… → code (linear) → …hidden → x̂ (sigmoid). Glorot-uniform weights (Glorot & Bengio 2010), zero biases. */
export const dense: Architecture = ({ hidden, code, activation }, inputSize, seed) => {
  let layerSeed = seed * 1000;
  const layer = (units: number, name: string, kind: typeof activation | "linear") =>
    tf.layers.dense({
      units,
      name,
      activation: kind,
      kernelInitializer: tf.initializers.glorotUniform({ seed: layerSeed++ }),
    });
  const stack = (
    sizes: readonly number[],
    part: string,
    from: number,
    last: tf.layers.Layer,
  ): tf.LayersModel => {
    const input = tf.input({ shape: [from] });
    const layers = [...sizes.map((units, i) => layer(units, `${part}_${i + 1}`, activation)), last];
    const output = layers.reduce((x, next) => next.apply(x) as tf.SymbolicTensor, input);
    return tf.model({ inputs: input, outputs: output, name: part });
  };
  return {
    encoder: stack(hidden, "encoder", inputSize, layer(code, "code", "linear")),
    decoder: stack([...hidden].reverse(), "decoder", code, layer(inputSize, "reconstruction", "linear")),
  };
};
