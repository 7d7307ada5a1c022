// Raw images scaled and laid out inside of the file, against the same done by tfjs before.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Preprocess } from "../../../export/onnx/index.ts";
import { assertExported, type Feed, operatorsOf } from "../../helpers/exported.ts";
import { ints } from "../../helpers/kernels.ts";
import { testWithChecker } from "../../helpers/onnx-checker.ts";
import { seedWeights } from "./layers/case.ts";

await tf.setBackend("cpu");

/** Images [4, 5, 3] to codes. */
function imageModel(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [4, 5, 3], activation: "relu" }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3 }),
    ],
  });
  seedWeights(model);
  return model;
}

/** Bytes as they are fed, and in plain arithmetic what the model is to see of them. */
function feed(batch: number, { scale = 1, mean = 0, std = 1, layout, dtype = "uint8" }: Preprocess): Feed {
  const shape = layout === "CHW" ? [batch, 3, 4, 5] : [batch, 4, 5, 3];
  const { values } = ints(shape, 4, 0, 256);
  const perChannel = (value: number | readonly number[], channel: number) =>
    typeof value === "number" ? value : (value[channel] as number);
  const seen: number[] = [];
  for (let at = 0; at < values.length; at++) {
    const channel = at % 3;
    const pixel = Math.floor(at / 3) % 20;
    const image = Math.floor(at / 60);
    const from = layout === "CHW" ? image * 60 + channel * 20 + pixel : at;
    seen.push(((values[from] as number) * scale - perChannel(mean, channel)) / perChannel(std, channel));
  }
  return { values, shape, dtype, tfjs: { values: seen, shape: [batch, 4, 5, 3] } };
}

const cases: Readonly<Record<string, Preprocess>> = {
  "bytes as they are": {},
  "bytes to [0, 1]": { scale: 1 / 255 },
  "one mean and spread": { scale: 1 / 255, mean: 0.5, std: 0.25 },
  "mean and spread per channel": { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  "channels first": { scale: 1 / 255, layout: "CHW" },
  "channels first, mean and spread per channel": {
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    layout: "CHW",
  },
  "floats, channels first": { dtype: "float32", scale: 0.01, layout: "CHW" },
};

for (const [name, preprocess] of Object.entries(cases)) {
  test(`${name}: the model sees what it saw before`, async () => {
    const exported = await assertExported(imageModel(), {
      name,
      feeds: (batch) => [feed(batch, preprocess)],
      inputs: [{ preprocess }],
    });
    assert.equal(exported.inputs[0]?.dtype, preprocess.dtype ?? "uint8");
    const isFirst = preprocess.layout === "CHW";
    assert.deepEqual(exported.inputs[0]?.shape, isFirst ? ["batch", 3, 4, 5] : ["batch", 4, 5, 3]);
  });
}

test("channels first costs no transpose: the model's own one and this one cancel", async () => {
  const exported = await assertExported(imageModel(), {
    name: "no transposes",
    feeds: (batch) => [feed(batch, { layout: "CHW", scale: 1 / 255 })],
    inputs: [{ preprocess: { layout: "CHW", scale: 1 / 255 } }],
  });
  assert.ok(!operatorsOf(exported).includes("Transpose"), operatorsOf(exported).join());
});

test("vectors are scaled, too", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  seedWeights(model);
  const preprocess = { dtype: "float32", mean: [1, 2, 3], std: [2, 4, 8] } as const;
  await assertExported(model, {
    name: "scaled vectors",
    feeds: (batch) => {
      const shape = [batch, 3];
      const values = Array.from({ length: 3 * batch }, (_, i) => i);
      const seen = values.map((value, i) => (value - ((i % 3) + 1)) / 2 ** ((i % 3) + 1));
      return [{ values, shape, tfjs: { values: seen, shape } }];
    },
    inputs: [{ preprocess }],
  });
});

testWithChecker();
