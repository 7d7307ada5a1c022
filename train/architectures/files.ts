// A pair of tfjs models from disk in the place of an architecture.
import * as tf from "@tensorflow/tfjs";
import { itemSize } from "../../data/index.ts";
import { loadModel } from "../../export/onnx/index.ts";
import { ConfigError } from "../errors.ts";
import type { Architecture } from "./architecture.ts";

/** Throws `ConfigError` where the two do not fit the items or one another, and what loadModel() throws. */
export const files: Architecture<"files"> = async ({ model, itemShape }) => {
  const encoder = await layersModel("encoder", model.encoder, model.register);
  const decoder = await layersModel("decoder", model.decoder, model.register);
  const flat = [itemSize(itemShape)];
  const takes = shapes(encoder.inputs)[0] ?? [];
  const input = [itemShape, flat].find((shape) => shape.join() === takes.join());
  const at = (part: "encoder" | "decoder") => `config: model.${part} is "${model[part]}"`;
  if (encoder.inputs.length !== 1 || !input) {
    throw new ConfigError(
      `${at("encoder")}, which takes ${show(encoder.inputs)}; expected one input ` +
        `[batch, ${itemShape.join(", ")}] or [batch, ${flat}], the items' shape`,
    );
  }
  const [codes, ...switches] = shapes(encoder.outputs);
  if (codes?.length !== 1 || encoder.outputs.slice(1).some(({ dtype }) => dtype !== "int32")) {
    throw new ConfigError(
      `${at("encoder")}, which gives ${show(encoder.outputs)}; expected codes [batch, size], then int32 switches if any`,
    );
  }
  if (JSON.stringify(shapes(decoder.inputs)) !== JSON.stringify([codes, ...switches])) {
    throw new ConfigError(
      `${at("decoder")}, which takes ${show(decoder.inputs)}; expected what the encoder gives, ${show(encoder.outputs)}`,
    );
  }
  if (decoder.outputs.length !== 1 || shapes(decoder.outputs)[0]?.join() !== input.join()) {
    throw new ConfigError(
      `${at("decoder")}, which gives ${show(decoder.outputs)}; expected what the encoder takes, ${show(encoder.inputs)}`,
    );
  }
  return { encoder, decoder, itemShape: input, output: model.output };
};

async function layersModel(
  part: "encoder" | "decoder",
  path: string,
  register: string | undefined,
): Promise<tf.LayersModel> {
  const loaded = await loadModel(path, register === undefined ? {} : { register });
  if (loaded instanceof tf.LayersModel) return loaded;
  throw new ConfigError(
    `config: model.${part} is "${path}", a graph model, which has no weights to train; expected a layers model`,
  );
}

/** Without the batch. */
const shapes = (tensors: readonly tf.SymbolicTensor[]) => tensors.map(({ shape }) => shape.slice(1));
const show = (tensors: readonly tf.SymbolicTensor[]) =>
  tensors
    .map(
      ({ shape }) =>
        `[batch, ${shape
          .slice(1)
          .map((d) => d ?? "?")
          .join(", ")}]`,
    )
    .join(" and ");
