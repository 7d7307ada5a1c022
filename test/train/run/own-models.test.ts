// A user's own pair of tfjs models in the place of an architecture.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { loadRuntime } from "../../../runtime/index.ts";
import { train } from "../../../train/index.ts";
import { onCpu } from "../../helpers/kernels.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const glorot = (seed: number) => tf.initializers.glorotUniform({ seed });

function models(codeSize: number, decoderTakes = codeSize) {
  const encoder = tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...{ inputShape: [8, 8, 1], filters: 2, kernelSize: 3, strides: 2, activation: "relu" },
        kernelInitializer: glorot(1),
      }),
      tf.layers.flatten(),
      tf.layers.dense({ units: codeSize, kernelInitializer: glorot(2) }),
    ],
  });
  const decoder = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [decoderTakes], units: 64, kernelInitializer: glorot(3) }),
      tf.layers.reshape({ targetShape: [8, 8, 1] }),
    ],
  });
  return { encoder, decoder };
}

const config = (data: string) => ({
  data,
  epochs: 3,
  batchSize: 20,
  optimizer: { learningRate: 0.01 },
  engine: "onnx:cpu" as const,
  threads: 1,
});

test("train() takes two models, keeps them in the run folder, and leaves the user's own as they are", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder, 60);
  const own = await onCpu(() => models(3));
  const before = await Promise.all(own.encoder.getWeights().map((weight) => weight.array()));
  const out = join(folder, "run");
  const run = await train(
    { ...config(data), model: { output: "sigmoid" } as object },
    { folder: out, models: own },
  );
  assert.deepEqual(await Promise.all(own.encoder.getWeights().map((weight) => weight.array())), before);
  assert.ok((run.history[2]?.loss as number) < (run.history[0]?.loss as number));
  assert.deepEqual(run.config.model, {
    architecture: "files",
    encoder: join(out, "models", "encoder", "model.json"),
    decoder: join(out, "models", "decoder", "model.json"),
    output: "sigmoid",
  });
  const runtime = await loadRuntime(run.package.folder, { inline: true });
  assert.equal(runtime.info.codes.size, 3);
  await runtime.dispose();

  // The same two from their files, which hold the weights they began with.
  const again = await train({ ...config(data), model: run.config.model }, { folder: join(folder, "again") });
  assert.deepEqual(
    again.history.map(({ loss }) => loss),
    run.history.map(({ loss }) => loss),
  );
});

test("models that do not fit one another, or the items, are refused with both shapes", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder, 20);
  await assert.rejects(
    train(config(data), { folder: join(folder, "a"), models: await onCpu(() => models(3, 4)) }),
    {
      name: "ConfigError",
      message:
        /decoder\/model.json", which takes \[batch, 4\]; expected what the encoder gives, \[batch, 3\]$/,
    },
  );
  const { encoder, decoder } = await onCpu(() => models(3));
  await assert.rejects(
    train(config(data), { folder: join(folder, "b"), models: { encoder: decoder, decoder: encoder } }),
    {
      name: "ConfigError",
      message:
        /encoder\/model.json", which takes \[batch, 3\]; expected one input \[batch, 8, 8, 1\] or \[batch, 64\], the items' shape$/,
    },
  );
});
