// compile(): a step runs in one session and gives what tfjs-backend-cpu gives.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { compile } from "../../../../train/engine/onnx/compile.ts";
import { useOnnxEngine } from "../../../../train/engine/onnx/use.ts";

const BATCH = 8;

function denseModel(): tf.Sequential {
  const model = tf.sequential();
  const init = (seed: number) => tf.initializers.glorotUniform({ seed });
  model.add(tf.layers.dense({ units: 6, activation: "relu", inputShape: [10], kernelInitializer: init(1) }));
  model.add(tf.layers.dense({ units: 3, kernelInitializer: init(2) }));
  model.add(tf.layers.dense({ units: 10, activation: "sigmoid", kernelInitializer: init(3) }));
  return model;
}

function convolutionalModel(): tf.Sequential {
  const model = tf.sequential();
  const init = (seed: number) => tf.initializers.glorotUniform({ seed });
  const step = { kernelSize: 3, strides: 2, padding: "same" } as const;
  model.add(
    tf.layers.conv2d({
      filters: 4,
      inputShape: [8, 8, 1],
      activation: "relu",
      kernelInitializer: init(1),
      ...step,
    }),
  );
  model.add(tf.layers.batchNormalization({}));
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 5, kernelInitializer: init(2) }));
  // No upSampling2d: tfjs-backend-cpu's gradient of it is wrong for all images of a batch but the first.
  model.add(tf.layers.dense({ units: 64, activation: "relu", kernelInitializer: init(3) }));
  model.add(tf.layers.reshape({ targetShape: [4, 4, 4] }));
  model.add(
    tf.layers.conv2dTranspose({ filters: 1, activation: "sigmoid", kernelInitializer: init(4), ...step }),
  );
  return model;
}

const data = (step: number, shape: number[]) =>
  tf.randomUniform(shape, 0, 1, "float32", 100 + step) as tf.Tensor;

interface Trained {
  readonly losses: number[];
  readonly weights: number[][];
}

/** Trains `steps` steps on different data each, through `wrap`. */
async function trainOn(
  backend: string,
  build: () => tf.Sequential,
  makeOptimizer: () => tf.Optimizer,
  steps: number,
  wrap: (step: (x: tf.Tensor) => tf.Scalar | null) => (x: tf.Tensor) => tf.Tensor,
): Promise<Trained> {
  await tf.setBackend(backend);
  const model = build();
  const optimizer = makeOptimizer();
  const step = wrap((x) =>
    optimizer.minimize(
      () => tf.losses.meanSquaredError(x, model.apply(x, { training: true }) as tf.Tensor),
      true,
    ),
  );
  const shape = [BATCH, ...((model.inputs[0] as tf.SymbolicTensor).shape.slice(1) as number[])];
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const x = data(i, shape);
    const loss = step(x);
    losses.push((await loss.data())[0] as number);
    tf.dispose([x, loss]);
  }
  const weights = await Promise.all(model.getWeights().map(async (w) => Array.from(await w.data())));
  model.dispose();
  return { losses, weights };
}

function assertClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((value, i) => {
    const difference = Math.abs((actual[i] as number) - value);
    assert.ok(
      difference <= tolerance * (1 + Math.abs(value)),
      `${what}[${i}]: ${actual[i]} instead of ${value}`,
    );
  });
}

const optimizers = {
  sgd: () => tf.train.sgd(0.5),
  momentum: () => tf.train.momentum(0.1, 0.9),
  adam: () => tf.train.adam(0.01),
};

for (const [name, build] of Object.entries({ dense: denseModel, convolutional: convolutionalModel })) {
  for (const [optimizerName, makeOptimizer] of Object.entries(optimizers)) {
    test(`a compiled ${name} step with ${optimizerName} gives the losses and weights of tfjs-backend-cpu`, async () => {
      const expected = await trainOn("cpu", build, makeOptimizer, 8, (step) => (x) => step(x) as tf.Scalar);
      const engine = await useOnnxEngine({ threads: 1 });
      let mode = "";
      const actual = await trainOn("onnx", build, makeOptimizer, 8, (step) => {
        const compiled = compile(step);
        return (x) => {
          const [loss] = compiled(x);
          mode = compiled.mode().mode;
          return loss as tf.Tensor;
        };
      });
      assert.equal(mode, "compiled");
      assertClose(actual.losses, expected.losses, 1e-4, "loss");
      expected.weights.forEach((weights, i) => {
        assertClose(actual.weights[i] as number[], weights, 1e-3, `weights ${i}`);
      });
      engine.dispose();
    });
  }
}

test("a compiled step runs one session a call and calls the step's JavaScript no more", async () => {
  const engine = await useOnnxEngine({ threads: 1 });
  const w = tf.variable(tf.scalar(3));
  let calls = 0;
  const step = compile((x: tf.Tensor) => {
    calls++;
    w.assign(w.add(x));
    return w.mul(2);
  });
  for (let i = 0; i < 4; i++) tf.dispose(step(tf.scalar(1)));
  const { runs, compiled } = engine.statistics;
  const [result] = step(tf.scalar(10));
  assert.equal(engine.statistics.runs, runs + 1);
  assert.equal(engine.statistics.compiled, compiled);
  assert.equal(calls, 3, "one call to warm up, two to compare");
  assert.equal(result?.dataSync()[0], 2 * (3 + 4 + 10));
  assert.equal(w.dataSync()[0], 17);
});

test("a value handed out before a step is not changed by the steps after it", async () => {
  await useOnnxEngine({ threads: 1 });
  const w = tf.variable(tf.tensor1d([1, 2]));
  const step = compile((x: tf.Tensor) => {
    w.assign(w.add(x));
    return w.sum();
  });
  const x = tf.tensor1d([1, 1]);
  for (let i = 0; i < 5; i++) tf.dispose(step(x));
  const array = w.dataSync();
  const clone = w.clone();
  const shared = tf.variable(w);
  const recorded = w.mul(10);
  for (let i = 0; i < 3; i++) tf.dispose(step(x));
  assert.deepEqual([...array], [6, 7]);
  assert.deepEqual([...clone.dataSync()], [6, 7]);
  assert.deepEqual([...shared.dataSync()], [6, 7]);
  assert.deepEqual([...(await recorded.data())], [60, 70]);
  assert.deepEqual([...w.dataSync()], [9, 10]);
});

test("a variable assigned from outside between two steps counts in the next", async () => {
  await useOnnxEngine({ threads: 1 });
  const w = tf.variable(tf.scalar(1));
  const step = compile((x: tf.Tensor) => {
    w.assign(w.mul(x));
    return w.add(0);
  });
  const two = tf.scalar(2);
  for (let i = 0; i < 4; i++) tf.dispose(step(two));
  w.assign(tf.scalar(100));
  assert.equal(step(two)[0]?.dataSync()[0], 200);
});

test("a last batch of another size gets a program of its own", async () => {
  await useOnnxEngine({ threads: 1 });
  const w = tf.variable(tf.scalar(0));
  const step = compile((x: tf.Tensor) => {
    w.assign(w.add(x.sum()));
    return x.mean();
  });
  let sum = 0;
  for (let epoch = 0; epoch < 4; epoch++) {
    for (const size of [5, 5, 3]) {
      const [mean] = step(tf.ones([size]));
      assert.equal(mean?.dataSync()[0], 1);
      sum += size;
    }
  }
  assert.equal(w.dataSync()[0], sum);
  assert.equal(step.mode([5]).mode, "compiled");
  assert.equal(step.mode([3]).mode, "compiled");
});

test("a step that draws random numbers in JavaScript is recorded at every call and says why", async () => {
  await useOnnxEngine({ threads: 1 });
  const step = compile((x: tf.Tensor) => x.add(tf.randomUniform(x.shape)));
  const seen = new Set<number>();
  for (let i = 0; i < 8; i++) seen.add(step(tf.zeros([3]))[0]?.dataSync()[0] as number);
  assert.equal(seen.size, 8);
  assert.deepEqual(step.mode(), {
    mode: "recorded",
    reason: "it computes other numbers in JavaScript at every call",
  });
});

test("a step that keeps tensors is recorded at every call, and the kept ones are right", async () => {
  await useOnnxEngine({ threads: 1 });
  const kept: tf.Tensor[] = [];
  const step = compile((x: tf.Tensor) => {
    kept.push(tf.keep(x.mul(2)));
    return x.add(1);
  });
  for (let i = 0; i < 6; i++) tf.dispose(step(tf.scalar(i)));
  assert.deepEqual(
    kept.map((t) => t.dataSync()[0]),
    [0, 2, 4, 6, 8, 10],
  );
  assert.equal(step.mode().reason, "it keeps tensors beyond those it returns (tf.keep)");
});

test("tensors captured from outside are read, small ones baked and large ones fed", async () => {
  await useOnnxEngine({ threads: 1 });
  const small = tf.tensor1d([1, 2, 3]);
  const large = tf.range(0, 5000, 1, "float32");
  const step = compile((x: tf.Tensor) => [small.mul(x), large.sum().mul(x)]);
  for (let i = 1; i < 6; i++) {
    const [a, b] = step(tf.scalar(i));
    assert.deepEqual([...(a as tf.Tensor).dataSync()], [i, 2 * i, 3 * i]);
    assert.equal(b?.dataSync()[0], Math.fround(12497500 * i));
  }
  assert.equal(step.mode().mode, "compiled");
});

test("10,000 steps leave the number of tensors, data and sessions as it was", async () => {
  const engine = await useOnnxEngine({ threads: 1 });
  const w = tf.variable(tf.ones([16, 16]));
  const step = compile((x: tf.Tensor) => {
    w.assign(w.mul(0.5).add(tf.matMul(w, x as tf.Tensor2D).mul(0.01)));
    return w.sum();
  });
  const x = tf.ones([16, 16]);
  for (let i = 0; i < 10; i++) tf.dispose(step(x));
  const before = { ...tf.memory(), compiled: engine.statistics.compiled };
  const resident = process.memoryUsage.rss();
  for (let i = 0; i < 10000; i++) tf.dispose(step(x));
  const after = { ...tf.memory(), compiled: engine.statistics.compiled };
  assert.deepEqual(after, before);
  // One leaked result a step would be 1 KiB × 10,000; a leaked input or state the same.
  const grown = (process.memoryUsage.rss() - resident) / 2 ** 20;
  assert.ok(grown < 64, `resident memory grew by ${grown.toFixed(0)} MiB`);
});

test("inputs of another dtype get a program of their own; what is no tensor, or disposed, is refused", async () => {
  await useOnnxEngine({ threads: 1 });
  const step = compile((x: tf.Tensor) => x.add(x));
  for (let i = 0; i < 5; i++) {
    assert.deepEqual([...(step(tf.tensor1d([1.5, 2]))[0] as tf.Tensor).dataSync()], [3, 4]);
    const [whole] = step(tf.tensor1d([1, 2], "int32"));
    assert.deepEqual([...(whole as tf.Tensor).dataSync()], [2, 4]);
    assert.equal(whole?.dtype, "int32");
  }
  assert.throws(() => step([1, 2] as unknown as tf.Tensor), {
    name: "TypeError",
    message: "input 0 of a compiled step is object; expected a tensor",
  });
  const gone = tf.ones([2]);
  gone.dispose();
  assert.throws(() => step(gone), {
    message: "input 0 of a compiled step, a float32 tensor of [2], is disposed",
  });
});

/** Two layers of batched products whose weights are read through reshapes, forward and backward. */
async function trainThroughReshapes(backend: string): Promise<readonly number[]> {
  if (backend === "onnx") await useOnnxEngine({ threads: 2 });
  else await tf.setBackend(backend);
  const uniform = (shape: number[], seed: number) => tf.randomUniform(shape, -0.5, 0.5, "float32", seed);
  const w0 = tf.variable(uniform([6, 512], 1));
  const w1 = tf.variable(uniform([4, 1024], 2));
  const loss = (x: tf.Tensor) => {
    const hidden = tf.matMul(x as tf.Tensor2D, w0).reshape([1, 4, 8, 16]);
    return tf
      .matMul(hidden, w1.reshape([1, 4, 16, 64]))
      .square()
      .mean() as tf.Scalar;
  };
  const step = (x: tf.Tensor) => {
    const { value, grads } = tf.variableGrads(() => loss(x), [w0, w1]);
    // The later layer first: the earlier one's gradient still has to read its old weights.
    for (const w of [w1, w0]) w.assign(w.sub((grads[w.name] as tf.Tensor).mul(20)));
    return value as tf.Tensor;
  };
  const run =
    backend === "onnx" ? compile(step, { warmUp: false }) : (x: tf.Tensor) => [tf.tidy(() => step(x))];
  for (let i = 0; i < 30; i++) run(tf.randomUniform([1, 6], -1, 1, "float32", 50 + i));
  return [...(await w0.data()), ...(await w1.data())];
}

test("weights that are read through reshapes are not overwritten before they have been read", async () => {
  const expected = await trainThroughReshapes("cpu");
  assertClose(await trainThroughReshapes("onnx"), expected, 1e-5, "weight");
});

test("a variable may be passed as an input of the step that changes it", async () => {
  await useOnnxEngine({ threads: 1 });
  const w = tf.variable(tf.tensor1d([1, 2]));
  const step = compile(
    (x: tf.Tensor) => {
      w.assign(w.add(1));
      return w.mul(x);
    },
    { warmUp: false },
  );
  for (let i = 0; i < 4; i++) tf.dispose(step(tf.tensor1d([0, 0])));
  const [product] = step(w) as [tf.Tensor];
  assert.deepEqual([...product.dataSync()], [6 * 5, 7 * 6]);
  assert.deepEqual([...w.dataSync()], [6, 7]);
});
