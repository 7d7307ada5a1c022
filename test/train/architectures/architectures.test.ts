// Architectures: what they are made of, what they take and give, and what they refuse.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { buildAutoencoder } from "../../../train/architectures/index.ts";
import { resolveConfig, type TrainConfigInput } from "../../../train/index.ts";
import { floats, onCpu, onOnnx } from "../../helpers/kernels.ts";

const build = (config: TrainConfigInput, itemShape: readonly number[]) =>
  onOnnx(() => buildAutoencoder(resolveConfig(config), itemShape));
const shapesOf = (tensors: readonly tf.SymbolicTensor[]) => tensors.map(({ shape }) => shape.slice(1));

test("dense takes flat items, mirrors its layers, and says how many weights it has", async () => {
  const { encoder, decoder, itemShape } = await build({ model: { hidden: [20, 10], code: 4 } }, [6, 5, 2]);
  assert.deepEqual([...itemShape], [60]);
  assert.equal(encoder.countParams(), 60 * 20 + 20 + 20 * 10 + 10 + 10 * 4 + 4);
  assert.equal(decoder.countParams(), 4 * 10 + 10 + 10 * 20 + 20 + 20 * 60 + 60);
});

test("batch normalization and dropout go around hidden layers, in encoder and decoder", async () => {
  const model = { hidden: [8], code: 4, batchNorm: true, dropout: 0.5 };
  const { encoder, decoder } = await build({ model }, [6]);
  const names = (of: tf.LayersModel, part: string) =>
    of.layers.map(({ name }) => name).filter((name) => name.startsWith(part));
  for (const [of, part] of [
    [encoder, "encoder_1"],
    [decoder, "decoder_1"],
  ] as const) {
    assert.deepEqual(
      names(of, part),
      ["", "_norm", "_activation", "_dropout"].map((end) => part + end),
    );
  }
  // Kernel, bias, γ, β and the two moving averages of one hidden layer, then kernel and bias of the code.
  assert.equal(encoder.weights.length, 8);
  assert.equal(encoder.trainableWeights.length, 6);
});

test("tied computes with the encoder's kernels, transposed, and has biases of its own alone", async () => {
  const { encoder, decoder } = await build({ model: { architecture: "tied", hidden: [5], code: 3 } }, [8]);
  assert.deepEqual(
    decoder.weights.map(({ shape }) => shape),
    [[5], [8]],
  );
  const { values } = floats([2, 3], 1);
  const [actual, expected] = await onOnnx(async () => {
    const z = tf.tensor2d([...values], [2, 3]);
    const [first, , code] = encoder.weights.map((weight) => weight.read()) as [
      tf.Tensor2D,
      tf.Tensor,
      tf.Tensor2D,
    ];
    const hidden = tf.elu(tf.matMul(z, code, false, true));
    const both = [decoder.apply(z) as tf.Tensor, tf.matMul(hidden, first, false, true)];
    return Promise.all(both.map(async (one) => Array.from(await one.data())));
  });
  expected?.forEach((value, i) => {
    assert.ok(Math.abs((actual?.[i] as number) - value) < 1e-5);
  });
});

test("linear is a matrix each way, with an output that is no sigmoid", async () => {
  const { encoder, decoder, output, oneLayer } = await build(
    { model: { architecture: "linear", code: 3 } },
    [8],
  );
  assert.equal(output, "linear");
  assert.deepEqual([encoder.countParams(), decoder.countParams()], [8 * 3 + 3, 3 * 8 + 8]);
  assert.equal(oneLayer?.activation, "linear");
});

const conv = (unpool: "nearest" | "max" | "transpose", more = {}) =>
  build({ model: { architecture: "conv", filters: [4, 6], code: 5, unpool, ...more } }, [8, 12, 3]);

for (const unpool of ["nearest", "max", "transpose"] as const) {
  test(`conv with unpooling ${unpool} gives images of the size it takes`, async () => {
    const { encoder, decoder, itemShape } = await conv(unpool);
    assert.deepEqual([...itemShape], [8, 12, 3]);
    const switches =
      unpool === "max"
        ? [
            [4, 6, 4],
            [2, 3, 6],
          ]
        : [];
    assert.deepEqual(shapesOf(encoder.outputs), [[5], ...switches]);
    assert.deepEqual(shapesOf(decoder.inputs), [[5], ...switches]);
    assert.deepEqual(shapesOf(decoder.outputs), [[8, 12, 3]]);
    const kinds = new Set(decoder.layers.map((layer) => layer.getClassName()));
    const expected = { nearest: "UpSampling2D", max: "PutSwitched", transpose: "Conv2DTranspose" };
    assert.ok(kinds.has(expected[unpool]), [...kinds].join());
  });
}

test("a code of maps is what the last stage gives, and each stage has its own stride", async () => {
  const { encoder, decoder } = await conv("max", { code: "maps", strides: [1, 2], codeActivation: "relu" });
  assert.deepEqual(shapesOf(encoder.outputs), [[4 * 6 * 6], [4, 6, 6]]);
  assert.ok(!decoder.layers.some((layer) => layer.getClassName() === "Dense"));
});

test("conv1d takes signals, flat ones too, and can have codes larger than they are", async () => {
  const signals = (code: number | "maps", shape: readonly number[]) =>
    build({ model: { architecture: "conv1d", filters: [4, 16], strides: [2, 4], code } }, shape);
  const { encoder, decoder, itemShape } = await signals("maps", [64]);
  assert.deepEqual([...itemShape], [64, 1]);
  assert.deepEqual(shapesOf(encoder.outputs), [[(64 / 8) * 16]]);
  assert.deepEqual(shapesOf(decoder.outputs), [[64, 1]]);
  const stereo = await signals(7, [64, 2]);
  assert.deepEqual(shapesOf(stereo.encoder.outputs), [[7]]);
  assert.deepEqual(shapesOf(stereo.decoder.outputs), [[64, 2]]);
});

test("two architectures of one seed have the same weights, another seed has others", async () => {
  const kernel = async (seed: number) => {
    const { encoder } = await onCpu(() => buildAutoencoder(resolveConfig({ seed }), [6]));
    return Array.from((encoder.weights[0] as tf.LayerVariable).read().dataSync());
  };
  assert.deepEqual(await kernel(1), await kernel(1));
  assert.notDeepEqual(await kernel(1), await kernel(2));
});

const refused: [string, TrainConfigInput, readonly number[], RegExp][] = [
  [
    "images whose size the strides do not divide",
    { model: { architecture: "conv" } },
    [28, 30, 1],
    /^config: model.strides are 2, 2; expected strides that divide the items' 28×30: stage 2 is given 14×15, which 2 does not divide/,
  ],
  [
    "convolutions over flat items",
    { model: { architecture: "conv" } },
    [784],
    /^config: model.architecture is "conv", and items have shape \[784\]; expected images \[height, width, channels\]/,
  ],
  [
    "convolutions over time of images",
    { model: { architecture: "conv1d" } },
    [28, 28, 1],
    /^config: model.architecture is "conv1d", and items have shape \[28, 28, 1\]; expected signals \[length, channels\]/,
  ],
  [
    "more units kept than a code of maps has",
    {
      model: { architecture: "conv", filters: [2], code: "maps" },
      penalty: { kind: "topk", k: 50 },
    },
    [8, 8, 1],
    /^config: penalty.k is 50; expected at most the code's 32 units$/,
  ],
];

for (const [what, config, shape, message] of refused) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(build(config, shape), { name: "ConfigError", message });
  });
}
