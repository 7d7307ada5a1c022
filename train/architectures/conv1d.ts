// Convolutional autoencoder of signals.
import * as tf from "@tensorflow/tfjs";
import { itemSize } from "../../data/index.ts";
import { ConfigError } from "../errors.ts";
import type { Architecture, ArchitectureRequest } from "./architecture.ts";
import { chain, LayerFactory } from "./layer-factory.ts";
import { checkTopK, type Stage, sizesAfter, stagesOf } from "./stages.ts";

/** Sizes along the network. Throws `ConfigError` where items or code are not of a size that it can have. */
export function conv1dLayout({ model, itemShape, topK }: Omit<ArchitectureRequest<"conv1d">, "seed">) {
  const signal = signalShape(itemShape);
  const stages = stagesOf(model);
  const [short = 0] = sizesAfter(stages, signal.slice(0, 1));
  const mapShape = [1, short, stages.at(-1)?.filters as number];
  const code = model.code === "maps" ? itemSize(mapShape) : model.code;
  checkTopK(topK, code);
  return { signal, stages, mapShape, code };
}

/**
 * Signal [length, channels] → strided convolutions → [dense] code → [dense] → transposed convolutions → signal. With code
 * `maps` and more filters than the strides take away, the code is larger than the signal (overcomplete).
 *
 * A convolution over time is one over images of height 1: tfjs has no transposed one of one dimension.
 */
export const conv1d: Architecture<"conv1d"> = ({ model, itemShape, seed, topK }) => {
  const { signal, stages, mapShape, code } = conv1dLayout({ model, itemShape, topK });
  const [length, channels] = signal;
  const { kernel, activation, codeActivation } = model;
  const make = new LayerFactory(seed, model);

  const encoder = stages.flatMap(({ filters, stride }, i) => {
    const isCode = model.code === "maps" && i === stages.length - 1;
    return make.hidden(`encoder_${i + 1}`, isCode ? codeActivation : activation, (args) =>
      tf.layers.conv2d({ filters, ...over(kernel, stride), ...args }),
    );
  });
  const item = tf.input({ shape: [length, channels] });
  const codes = chain(item, [
    tf.layers.reshape({ targetShape: [1, length, channels], name: "encoder_start" }),
    ...encoder,
    tf.layers.flatten({ name: "code_flat" }),
    ...(model.code === "maps" ? [] : [make.dense(code, "code", codeActivation)]),
    ...make.codeEnd(topK),
  ]);

  const spread = make.hidden("decoder_maps", activation, (args) =>
    tf.layers.dense({ units: itemSize(mapShape), ...args }),
  );
  const decoder = stages.toReversed().flatMap(({ stride }, i) => {
    const before = stages.length - 1 - i;
    const filters = before === 0 ? channels : (stages[before - 1] as Stage).filters;
    const kernelInitializer = make.kernelInitializer();
    const layer = { filters, ...over(kernel, stride) };
    if (before > 0) {
      return make.hidden(`decoder_${i + 1}`, activation, (args) =>
        tf.layers.conv2dTranspose({ ...layer, ...args }),
      );
    }
    return [tf.layers.conv2dTranspose({ ...layer, name: "reconstruction", kernelInitializer })];
  });
  const given = tf.input({ shape: [code] });
  const restored = chain(given, [
    ...(model.code === "maps" ? [] : spread),
    tf.layers.reshape({ targetShape: mapShape, name: "decoder_start" }),
    ...decoder,
    tf.layers.reshape({ targetShape: [length, channels], name: "decoder_end" }),
  ]);
  return {
    encoder: tf.model({ inputs: item, outputs: codes, name: "encoder" }),
    decoder: tf.model({ inputs: given, outputs: restored, name: "decoder" }),
    itemShape: [length, channels],
    output: model.output,
  };
};

function over(kernel: number, stride: number) {
  return {
    kernelSize: [1, kernel] as [number, number],
    strides: [1, stride] as [number, number],
    padding: "same",
  } as const;
}

/** [length, channels]; a signal of one channel may come flat. */
function signalShape(shape: readonly number[]): readonly [number, number] {
  const [length = 0, channels = 1] = shape;
  if (shape.length === 1 || shape.length === 2) return [length, channels];
  throw new ConfigError(
    `config: model.architecture is "conv1d", and items have shape [${shape.join(", ")}]; expected signals ` +
      "[length, channels], or the architecture conv, for images",
  );
}
