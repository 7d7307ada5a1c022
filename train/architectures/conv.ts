// Convolutional autoencoder of images, with three ways back to their size.
import * as tf from "@tensorflow/tfjs";
import { itemSize } from "../../data/index.ts";
import type { ModelOf } from "../config/model.ts";
import { ConfigError } from "../errors.ts";
import { PutSwitched, Switches, TakeSwitched } from "../layers/max-switches.ts";
import type { Architecture, ArchitectureRequest } from "./architecture.ts";
import { chain, LayerFactory } from "./layer-factory.ts";
import { checkTopK, type Stage, sizesAfter, stagesOf } from "./stages.ts";

/** Sizes along the network. Throws `ConfigError` where items or code are not of a size that it can have. */
export function convLayout({ model, itemShape, topK }: Omit<ArchitectureRequest<"conv">, "seed">) {
  const image = imageShape(itemShape);
  const stages = stagesOf(model);
  const small = sizesAfter(stages, image.slice(0, 2));
  const mapShape = [...small, stages.at(-1)?.filters as number];
  const code = model.code === "maps" ? itemSize(mapShape) : model.code;
  checkTopK(topK, code);
  return { image, stages, mapShape, code };
}

/**
 * Image → stages → [dense] code → [dense] → stages backwards → image. A stage has a convolution of stride 1 and, but for
 * `transpose`, pools maxima; backwards it first makes the maps larger, then has a convolution. With `transpose` both are
 * one strided convolution.
 */
export const conv: Architecture<"conv"> = ({ model, itemShape, seed, topK }) => {
  const { image, stages, mapShape, code } = convLayout({ model, itemShape, topK });
  const [height, width, channels] = image;
  const make = new LayerFactory(seed, model);

  const item = tf.input({ shape: [height, width, channels] });
  const { maps, switches } = encodeStages(item, stages, model, make);
  const codes = chain(maps, [
    tf.layers.flatten({ name: "code_flat" }),
    ...(model.code === "maps" ? [] : [make.dense(code, "code", model.codeActivation)]),
    ...make.codeEnd(topK),
  ]);

  const given = tf.input({ shape: [code] });
  const places = switches.map((one) => tf.input({ shape: one.shape.slice(1), dtype: "int32" }));
  const spread = make.hidden("decoder_maps", model.activation, (args) =>
    tf.layers.dense({ units: itemSize(mapShape), ...args }),
  );
  const start = chain(given, [
    ...(model.code === "maps" ? [] : spread),
    tf.layers.reshape({ targetShape: mapShape, name: "decoder_start" }),
  ]);
  const restored = decodeStages(start, places, stages, channels, model, make);
  return {
    encoder: tf.model({ inputs: item, outputs: [codes, ...switches], name: "encoder" }),
    decoder: tf.model({ inputs: [given, ...places], outputs: restored, name: "decoder" }),
    itemShape: [height, width, channels],
    output: model.output,
  };
};

function imageShape(shape: readonly number[]): readonly [number, number, number] {
  if (shape.length === 3) return shape as [number, number, number];
  throw new ConfigError(
    `config: model.architecture is "conv", and items have shape [${shape.join(", ")}]; expected images ` +
      "[height, width, channels], or one of the architectures linear, dense, tied (conv1d for signals)",
  );
}

type ConvModel = ModelOf<"conv">;

function encodeStages(
  item: tf.SymbolicTensor,
  stages: readonly Stage[],
  { kernel, unpool, code, activation, codeActivation }: ConvModel,
  make: LayerFactory,
) {
  const switches: tf.SymbolicTensor[] = [];
  const maps = stages.reduce((x, { filters, stride }, i) => {
    const name = `encoder_${i + 1}`;
    const isCode = code === "maps" && i === stages.length - 1;
    const strides = unpool === "transpose" ? stride : 1;
    const convolution = make.hidden(name, isCode ? codeActivation : activation, (args) =>
      tf.layers.conv2d({ filters, kernelSize: kernel, strides, padding: "same", ...args }),
    );
    const y = chain(x, convolution);
    if (stride === 1 || unpool === "transpose") return y;
    if (unpool === "nearest") {
      return chain(y, [tf.layers.maxPooling2d({ poolSize: stride, name: `${name}_pool` })]);
    }
    const places = chain(y, [new Switches({ size: stride, name: `${name}_switches` })]);
    switches.push(places);
    return new TakeSwitched({ size: stride, name: `${name}_pool` }).apply([y, places]) as tf.SymbolicTensor;
  }, item);
  return { maps, switches };
}

function decodeStages(
  start: tf.SymbolicTensor,
  places: readonly tf.SymbolicTensor[],
  stages: readonly Stage[],
  channels: number,
  { kernel, unpool, activation }: ConvModel,
  make: LayerFactory,
): tf.SymbolicTensor {
  const unused = [...places];
  return stages.reduceRight((x, { stride }, i) => {
    const name = `decoder_${stages.length - i}`;
    const filters = i === 0 ? channels : (stages[i - 1] as Stage).filters;
    const size = { filters, kernelSize: kernel, padding: "same" } as const;
    const enlarged = (): tf.SymbolicTensor => {
      if (stride === 1 || unpool === "transpose") return x;
      if (unpool === "nearest") {
        return chain(x, [tf.layers.upSampling2d({ size: [stride, stride], name: `${name}_unpool` })]);
      }
      const put = new PutSwitched({ size: stride, name: `${name}_unpool` });
      return put.apply([x, unused.pop() as tf.SymbolicTensor]) as tf.SymbolicTensor;
    };
    const layer = (args: Pick<Parameters<typeof tf.layers.conv2d>[0], "name" | "activation">) =>
      unpool === "transpose"
        ? tf.layers.conv2dTranspose({ ...size, strides: stride, ...args })
        : tf.layers.conv2d({ ...size, ...args });
    if (i > 0) return chain(enlarged(), make.hidden(name, activation, layer));
    const kernelInitializer = make.kernelInitializer();
    return chain(enlarged(), [
      layer({ name: "reconstruction", activation: "linear", ...{ kernelInitializer } }),
    ]);
  }, start);
}
