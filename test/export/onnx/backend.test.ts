// The onnx backend as tfjs code sees it: reading, moving, counting and training.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { onnxBackend } from "../../../export/onnx/backend.ts";
import { PendingValueError, UnsupportedKernelError } from "../../../export/onnx/errors.ts";
import { currentEngine } from "../../../train/engine/onnx/use.ts";
import { floats, onCpu, onOnnx } from "../../helpers/kernels.ts";

test("reading a value before it is computed explains how to wait for it", async () => {
  await onOnnx(async () => {
    const pending = tf.add(tf.ones([2, 3]), 1);
    assert.throws(() => pending.dataSync(), new PendingValueError([2, 3], "float32"));
    assert.throws(() => pending.arraySync(), {
      name: "PendingValueError",
      message:
        "a float32 tensor of shape [2, 3] has been recorded but not computed: " +
        "the onnx backend runs programs as a whole, so dataSync() and arraySync() have no answer yet; " +
        "use await tensor.data() or await tensor.array()",
    });
    await pending.data();
    assert.deepEqual(Array.from(pending.dataSync()), [2, 2, 2, 2, 2, 2]);
  });
});

test("a kernel without an ONNX form is named", async () => {
  await onOnnx(async () => {
    for (const [kernel, run] of [
      ["Unique", () => tf.unique(tf.tensor1d([1, 1, 2]))],
      ["StringSplit", () => tf.string.stringSplit(["a b"], " ")],
    ] as const) {
      assert.throws(run, (error: unknown) => {
        assert.ok(error instanceof UnsupportedKernelError);
        assert.equal(error.kernel, kernel);
        assert.equal(
          error.message,
          `kernel ${kernel} can't be turned into ONNX: it has no ONNX lowering; ` +
            "express that step with other tfjs operations, or keep it outside of the program",
        );
        return true;
      });
    }
  });
});

test("strings are stored, cloned and read, and refused by kernels", async () => {
  await onOnnx(async () => {
    const words = tf.tensor1d(["a", "né"]);
    assert.deepEqual(await words.clone().array(), ["a", "né"]);
    assert.throws(() => tf.tile(words, [2]), {
      name: "UnsupportedKernelError",
      message:
        "kernel Tile can't be turned into ONNX: its tensors are strings; " +
        "express that step with other tfjs operations, or keep it outside of the program",
    });
  });
});

const backends = { cpu: onCpu, onnx: onOnnx } as const;

for (const [from, to] of [
  ["cpu", "onnx"],
  ["onnx", "cpu"],
] as const) {
  for (const dtype of ["float32", "int32", "bool"] as const) {
    test(`${dtype} tensors move from ${from} to ${to} and back, reshaped ones, too`, async () => {
      const [t, reshaped] = await backends[from](async () => {
        const matrix = tf.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], dtype);
        const column = matrix.reshape([6, 1]);
        // A pending tensor can't be moved: its values are needed at once.
        await column.data();
        return [matrix, column];
      });
      const [moved, joined] = await backends[to](async () => {
        const results = [t.transpose(), tf.concat([reshaped, reshaped], 1)] as const;
        await Promise.all(results.map((result) => result.data()));
        return results;
      });
      await backends[from](async () => {
        assert.deepEqual(await t.array(), [
          [1, 0, 0],
          [1, 1, 0],
        ]);
        assert.deepEqual(Array.from(await reshaped.data()), [1, 0, 0, 1, 1, 0]);
        assert.deepEqual(await moved.toInt().array(), [
          [1, 1],
          [0, 1],
          [0, 0],
        ]);
        assert.deepEqual(await tf.sum(joined, 0).array(), [3, 3]);
        assert.deepEqual([t.dtype, moved.dtype, joined.dtype], [dtype, dtype, dtype]);
      });
    });
  }

  test(`strings move from ${from} to ${to} and back`, async () => {
    const words = await backends[from](() => tf.tensor2d(["a", "né", "", "d"], [2, 2]));
    for (const backend of [to, from]) {
      await backends[backend](async () => {
        assert.deepEqual(await words.clone().array(), [
          ["a", "né"],
          ["", "d"],
        ]);
      });
    }
  });
}

test("complex tensors come from cpu", async () => {
  const z = await onCpu(() => tf.complex(tf.tensor1d([1, 2]), tf.tensor1d([3, 4])));
  const parts = await onOnnx(async () => {
    const square = tf.mul(z, z);
    return [await tf.real(square).array(), await tf.imag(square).array()];
  });
  assert.deepEqual(parts, [
    [-8, -12],
    [6, 16],
  ]);
});

test("an array may be reused after a tensor was made of it", async () => {
  await onOnnx(async () => {
    const values = Float32Array.of(1, 2, 3);
    const t = tf.tensor1d(values);
    const doubled = t.mul(2);
    values.fill(9);
    assert.deepEqual(await doubled.array(), [2, 4, 6]);
    assert.deepEqual(await t.array(), [1, 2, 3]);
  });
});

test("an array read from a tensor may be changed", async () => {
  await onOnnx(async () => {
    for (const t of [tf.tensor1d([1, 2, 3]), tf.add(tf.tensor1d([0, 1, 2]), 1), tf.fill([3], 2)]) {
      const before = await t.array();
      (await t.data()).fill(9);
      t.dataSync().fill(9);
      assert.deepEqual(await t.array(), before);
      assert.deepEqual(await t.add(0).array(), before);
    }
  });
});

test("a clone is independent of the tensor it was made of", async () => {
  await onOnnx(async () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const before = variable.clone();
    variable.assign(variable.mul(10));
    const after = variable.clone();
    variable.dispose();
    assert.deepEqual(await before.array(), [1, 2]);
    assert.deepEqual(await after.array(), [10, 20]);
  });
});

test("disposed and tidied tensors leave nothing behind", async () => {
  await onOnnx(async () => {
    const start = [tf.memory().numTensors, onnxBackend().numDataIds(), onnxBackend().pending.size];
    const kept = tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      const shared = x.reshape([3, 1]).clone().squeeze();
      return tf.grad((y: tf.Tensor) => y.square().mul(tf.softmax(y)))(shared);
    });
    await kept.data();
    kept.dispose();
    assert.throws(() => kept.dataSync(), /disposed/);
    const end = [tf.memory().numTensors, onnxBackend().numDataIds(), onnxBackend().pending.size];
    assert.deepEqual(end, start);
  });
});

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
