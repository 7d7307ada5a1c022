// Training on the onnx engine with tfjs's own models and optimizers, against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { onnxBackend } from "../../../../export/onnx/backend.ts";
import { currentEngine } from "../../../../train/engine/onnx/use.ts";
import { floats, onCpu, onOnnx } from "../../../helpers/kernels.ts";

function autoencoder(optimizer: string | tf.Optimizer): tf.Sequential {
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 3,
        kernelSize: 3,
        padding: "same",
        activation: "relu",
        kernelInitializer: seeded(1),
      }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 5, activation: "tanh", kernelInitializer: seeded(2) }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 36, activation: "sigmoid", kernelInitializer: seeded(3) }),
      tf.layers.reshape({ targetShape: [6, 6, 1] }),
    ],
  });
  model.compile({ optimizer, loss: "meanSquaredError", metrics: ["mae"] });
  return model;
}

/** What a model does on the current backend: fitted, evaluated, asked, and its weights. */
async function fitted() {
  const { values, shape } = floats([20, 6, 6, 1], 3, 0, 1);
  const x = tf.tensor4d([...values], shape as [number, number, number, number]);
  const model = autoencoder("adam");
  const { history } = await model.fit(x, x, { epochs: 3, batchSize: 8, shuffle: false, verbose: 0 });
  const evaluated = model.evaluate(x, x, { batchSize: 8, verbose: 0 }) as tf.Scalar[];
  const predicted = model.predict(x) as tf.Tensor;
  return {
    history: await Promise.all(
      Object.values(history)
        .flat()
        .map(async (value) => Number(value)),
    ),
    evaluated: await Promise.all(evaluated.map(async (t) => (await t.data())[0] as number)),
    predicted: Array.from(await predicted.data()),
    weights: await Promise.all(model.getWeights().map(async (t) => Array.from(await t.data()))),
  };
}

function assertClose(actual: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((want, i) => {
    const got = actual[i] as number;
    assert.ok(
      Math.abs(got - want) <= 1e-4 * (0.1 + Math.abs(want)),
      `${what}[${i}]: cpu ${want}, onnx ${got}`,
    );
  });
}

test("a model fits, evaluates and predicts as on cpu", async () => {
  const expected = await onCpu(fitted);
  const actual = await onOnnx(fitted);
  assertClose(actual.history, expected.history, "history");
  assertClose(actual.evaluated, expected.evaluated, "evaluate");
  assertClose(actual.predicted, expected.predicted, "predict");
  expected.weights.forEach((want, i) => {
    assertClose(actual.weights[i] as number[], want, `weight ${i}`);
  });
});

test("training a model keeps the number of tensors", async () => {
  await onOnnx(async () => {
    const x = tf.randomUniform([16, 6, 6, 1]);
    const model = autoencoder("adam");
    const counts = async () => {
      await model.trainOnBatch(x, x);
      return [tf.memory().numTensors, onnxBackend().numDataIds()];
    };
    await counts();
    const start = await counts();
    for (let i = 0; i < 5; i++) assert.deepEqual(await counts(), start);
    assert.equal(onnxBackend().pending.size, 0);
  });
});

const optimizers: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  nesterov: () => tf.train.momentum(0.05, 0.9, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5),
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
  "centered rmsprop": () => tf.train.rmsprop(0.01, 0.9, 0, 1e-7, true),
};

/** A plain loop, as tfjs code has it: nothing is awaited before its end. */
async function minimized(optimizer: tf.Optimizer, steps: number, onStep?: (step: number) => void) {
  const variable = (shape: number[], seed: number) =>
    tf.variable(tf.tensor([...floats(shape, seed, -0.5, 0.5).values], shape));
  const [w, b, v] = [variable([4, 3], 1), variable([3], 2), variable([3, 4], 3)];
  const losses: tf.Scalar[] = [];
  for (let step = 0; step < steps; step++) {
    const { values } = floats([8, 4], 10 + step, -1, 1);
    const loss = tf.tidy((): tf.Scalar => {
      const x = tf.tensor2d([...values], [8, 4]);
      const result = optimizer.minimize(() => {
        const code = tf.tanh(tf.add(tf.matMul(x, w as tf.Tensor2D), b));
        return tf.losses.meanSquaredError(x, tf.matMul(code as tf.Tensor2D, v as tf.Tensor2D)) as tf.Scalar;
      }, true);
      return result as tf.Scalar;
    });
    losses.push(loss);
    onStep?.(step);
  }
  const read = (t: tf.Tensor) => t.data().then((data) => Array.from(data));
  const result = {
    losses: (await Promise.all(losses.map(read))).flat(),
    weights: (await Promise.all([w, b, v].map(read))).flat(),
  };
  tf.dispose([w, b, v, losses]);
  optimizer.dispose();
  return result;
}

for (const [name, create] of Object.entries(optimizers)) {
  test(`${name} in a plain synchronous loop gives the losses and weights of cpu`, async () => {
    const expected = await onCpu(() => minimized(create(), 12));
    const actual = await onOnnx(() => minimized(create(), 12));
    assertClose(actual.losses, expected.losses, "loss");
    assertClose(actual.weights, expected.weights, "weight");
  });

  test(`a loop over ${name} compiles no more programs as it goes on`, async () => {
    await onOnnx(async () => {
      const { statistics } = currentEngine();
      const compiled: number[] = [];
      const runs: number[] = [];
      await minimized(create(), 30, () => {
        compiled.push(statistics.compiled);
        runs.push(statistics.runs);
      });
      assert.equal(compiled[29], compiled[6]);
      // Steps are computed as they end, not all at the end of the loop.
      assert.ok((runs[29] as number) - (runs[6] as number) >= 20);
    });
  });
}
