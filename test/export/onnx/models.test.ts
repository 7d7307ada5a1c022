// Models of several layers: custom, nested and shared ones, several inputs and outputs, free dimensions.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { toOnnx } from "../../../export/onnx/index.ts";
import { assertExported, initializersOf, nodeNamesOf } from "../../helpers/exported.ts";
import { floats, ints } from "../../helpers/kernels.ts";
import { testWithChecker } from "../../helpers/onnx-checker.ts";
import { seedWeights } from "./layers/case.ts";

await tf.setBackend("cpu");

type Symbolic = tf.SymbolicTensor;

/** Attention pooling over time: softmax(x·w)ᵀ x. */
class AttentionPooling extends tf.layers.Layer {
  static readonly className = "AttentionPooling";
  private scores: tf.LayerVariable | undefined;

  override build(shape: tf.Shape): void {
    const features = shape.at(-1) as number;
    this.scores = this.addWeight("scores", [features, 1], "float32", tf.initializers.glorotNormal({}));
    this.built = true;
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [shape[0] ?? null, shape.at(-1) as number];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = [inputs].flat()[0] as tf.Tensor3D;
    const [batch, time, features] = x.shape;
    const scores = this.scores?.read() as tf.Tensor2D;
    const weights = x.reshape([-1, features]).matMul(scores).reshape([batch, time]).softmax();
    return x.mul(weights.expandDims(2)).sum(1);
  }
}

function seeded(model: tf.LayersModel): tf.LayersModel {
  seedWeights(model);
  return model;
}

test("a layer class of the user's, with a weight of its own", async () => {
  const x = tf.input({ shape: [5, 3], name: "sequence" });
  const y = new AttentionPooling({ name: "pooling" }).apply(x) as Symbolic;
  const model = seeded(tf.model({ inputs: x, outputs: y }));
  const exported = await assertExported(model, {
    name: "custom layer",
    feeds: (batch) => [floats([batch, 5, 3])],
  });
  assert.ok(initializersOf(exported).includes("pooling/scores"), initializersOf(exported).join());
  assert.ok(nodeNamesOf(exported).some((name) => name.startsWith("pooling/")));
});

test("nested models, one of them used twice, with a shared layer", async () => {
  const inner = tf.sequential({
    layers: [
      tf.layers.dense({ units: 4, inputShape: [3], activation: "relu" }),
      tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4], activation: "tanh" })] }),
    ],
  });
  const [a, b] = [tf.input({ shape: [3], name: "a" }), tf.input({ shape: [3], name: "b" })];
  const shared = tf.layers.dense({ units: 2, name: "shared" });
  const left = shared.apply(inner.apply(a) as Symbolic) as Symbolic;
  const right = shared.apply(inner.apply(b) as Symbolic) as Symbolic;
  const difference = tf.layers.concatenate().apply([left, right]) as Symbolic;
  const model = seeded(tf.model({ inputs: [a, b], outputs: difference }));
  const exported = await assertExported(model, {
    name: "siamese",
    feeds: (batch) => [floats([batch, 3], 1), floats([batch, 3], 2)],
  });
  const shares = initializersOf(exported).filter((name) => name.startsWith("shared/kernel"));
  assert.deepEqual(shares, ["shared/kernel"]);
});

test("several inputs and outputs keep the model's order and names", async () => {
  const image = tf.input({ shape: [6], name: "image" });
  const label = tf.input({ shape: [2], name: "label" });
  const joined = tf.layers.concatenate().apply([image, label]) as Symbolic;
  const code = tf.layers.dense({ units: 3, name: "code" }).apply(joined) as Symbolic;
  const image2 = tf.layers.dense({ units: 6, name: "reconstruction" }).apply(code) as Symbolic;
  const model = seeded(tf.model({ inputs: [label, image], outputs: [image2, code] }));
  const exported = await assertExported(model, {
    name: "two to two",
    feeds: (batch) => [floats([batch, 2], 1), floats([batch, 6], 2)],
  });
  assert.deepEqual(
    exported.inputs.map(({ name }) => name),
    ["label", "image"],
  );
  assert.deepEqual(
    exported.outputs.map(({ name, shape }) => [name, shape]),
    [
      ["reconstruction", ["batch", 6]],
      ["code", ["batch", 3]],
    ],
  );
});

test("inputs and outputs take other names when asked", async () => {
  const model = seeded(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] }));
  const exported = await assertExported(model, {
    name: "renamed",
    feeds: (batch) => [floats([batch, 3])],
    inputs: [{ name: "features", shape: ["rows", null] }],
    options: { outputNames: ["codes"] },
  });
  assert.deepEqual(exported.inputs, [{ name: "features", dtype: "float32", shape: ["rows", 3] }]);
  assert.deepEqual(exported.outputs, [{ name: "codes", dtype: "float32", shape: ["rows", 2] }]);
});

test("weights keep their variables' names, also when folding has transposed or reshaped them", async () => {
  const model = seeded(
    tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1], name: "conv" }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2, name: "dense" }),
      ],
    }),
  );
  const exported = await assertExported(model, {
    name: "weight names",
    feeds: (batch) => [floats([batch, 5, 5, 1])],
  });
  const names = initializersOf(exported);
  for (const name of ["conv/kernel", "conv/bias", "dense/kernel", "dense/bias"]) {
    assert.ok(names.includes(name), `${name} in ${names.join()}`);
  }
});

test("a second dimension stays free under its name", async () => {
  const x = tf.input({ shape: [null, 4], name: "x" });
  const hidden = tf.layers.dense({ units: 3, activation: "relu" }).apply(x);
  const y = tf.layers.globalAveragePooling1d().apply(hidden) as Symbolic;
  const model = seeded(tf.model({ inputs: x, outputs: [hidden as Symbolic, y] }));
  for (const time of [1, 9]) {
    const exported = await assertExported(model, {
      name: `time ${time}`,
      feeds: (batch) => [floats([batch, time, 4])],
      inputs: [{ shape: [null, "time", 4] }],
    });
    assert.deepEqual(
      exported.outputs.map(({ shape }) => shape),
      [
        ["batch", "time", 3],
        ["batch", 3],
      ],
    );
  }
});

test("images of any size go through a fully convolutional model", async () => {
  const x = tf.input({ shape: [null, null, 2] });
  const down = tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" }).apply(x);
  const y = tf.layers.globalMaxPooling2d({}).apply(down) as Symbolic;
  const model = seeded(tf.model({ inputs: x, outputs: y }));
  for (const [height, width] of [
    [4, 5],
    [9, 3],
  ] as const) {
    await assertExported(model, {
      name: `image ${height}×${width}`,
      feeds: (batch) => [floats([batch, height, width, 2])],
      inputs: [{ shape: ["batch", "height", "width", 2] }],
    });
  }
});

test("strides over images of any size fit odd and even ones", async () => {
  const x = tf.input({ shape: [null, null, 2] });
  const down = tf.layers.conv2d({ filters: 3, kernelSize: 3, strides: 2 }).apply(x);
  const pooled = tf.layers.maxPooling2d({ poolSize: 2 }).apply(down);
  const y = tf.layers.upSampling2d({ size: [2, 2] }).apply(pooled) as Symbolic;
  const model = seeded(tf.model({ inputs: x, outputs: y }));
  for (const [height, width] of [
    [8, 9],
    [11, 10],
    [12, 15],
  ] as const) {
    await assertExported(model, {
      name: `strides over ${height}×${width}`,
      feeds: (batch) => [floats([batch, height, width, 2])],
      inputs: [{ shape: ["batch", "height", "width", 2] }],
    });
  }
});

test("a fixed batch stays fixed, and structure may then follow it", async () => {
  const exported = await assertExported((x) => tf.stack(tf.unstack(x).reverse()), {
    name: "fixed batch",
    feeds: () => [floats([4, 3])],
    batches: [4],
    inputs: [{ name: "x", shape: [4, 3] }],
  });
  assert.deepEqual(exported.outputs[0]?.shape, [4, 3]);
});

test("an output that is an input, a constant, or asked for twice", async () => {
  const exported = await assertExported(
    (x) => {
      const y = x?.add(1) as tf.Tensor;
      return { same: x as tf.Tensor, constant: tf.tensor1d([1, 2, 3]), once: y, twice: y };
    },
    { name: "outputs", feeds: (batch) => [floats([batch, 2])], inputs: [{ name: "x", shape: ["batch", 2] }] },
  );
  assert.deepEqual(
    exported.outputs.map(({ name, shape }) => [name, shape]),
    [
      ["same", ["batch", 2]],
      ["constant", [3]],
      ["once", ["batch", 2]],
      ["twice", ["batch", 2]],
    ],
  );
});

test("a model that returns its input gets an output name of its own", async () => {
  const x = tf.input({ shape: [2], name: "same" });
  const exported = await assertExported(tf.model({ inputs: x, outputs: x }), {
    name: "identity",
    feeds: (batch) => [floats([batch, 2])],
  });
  assert.deepEqual([exported.inputs[0]?.name, exported.outputs[0]?.name], ["same", "same_1"]);
});

test("an input that nothing reads stays in the signature", async () => {
  const exported = await assertExported((x, _) => x?.square() as tf.Tensor, {
    name: "unused input",
    feeds: (batch) => [floats([batch, 2]), floats([batch, 5])],
    inputs: [
      { name: "x", shape: ["batch", 2] },
      { name: "ignored", shape: ["batch", 5] },
    ],
  });
  assert.deepEqual(
    exported.inputs.map(({ name }) => name),
    ["x", "ignored"],
  );
});

test("whole numbers and truth values as inputs and outputs", async () => {
  await assertExported(
    (ids, mask) => {
      const kept = tf.where(mask as tf.Tensor, ids as tf.Tensor, tf.zerosLike(ids as tf.Tensor));
      return { kept, isLarge: kept.greater(tf.scalar(3, "int32")) };
    },
    {
      name: "int32 and bool",
      feeds: (batch) => [
        ints([batch, 4], 1, 0, 9),
        {
          values: floats([batch, 4], 2, 0, 1).values.map((x) => (x > 0.5 ? 1 : 0)),
          shape: [batch, 4],
          dtype: "bool",
        },
      ],
      inputs: [
        { name: "ids", shape: ["batch", 4], dtype: "int32" },
        { name: "mask", shape: ["batch", 4], dtype: "bool" },
      ],
    },
  );
});

test("exporting leaves the model and tfjs's backend as they were", async () => {
  await tf.setBackend("cpu");
  const model = seeded(
    tf.sequential({
      layers: [tf.layers.lstm({ units: 2, inputShape: [3, 2] }), tf.layers.dense({ units: 1 })],
    }),
  );
  const x = tf.ones([2, 3, 2]);
  const before = (model.predict(x) as tf.Tensor).dataSync();
  const tensors = tf.memory().numTensors;
  await toOnnx(model);
  assert.equal(tf.getBackend(), "cpu");
  assert.equal(tf.memory().numTensors, tensors);
  assert.deepEqual((model.predict(x) as tf.Tensor).dataSync(), before);
});

testWithChecker();
