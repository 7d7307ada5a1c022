// The tests that every engine must pass: one file, called once per engine, against tfjs-backend-cpu.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { eagerStep } from "../../../train/engine/eager.ts";
import type { Engine } from "../../../train/engine/engine.ts";
import type { CompiledStep, Step } from "../../../train/engine/step.ts";
import { assertSameOutcomes, floats, onCpu, outcomes } from "../../helpers/kernels.ts";
import { convolutionalAutoencoder, denseAutoencoder, NearestByDefinition } from "./models.ts";
import { programs } from "./programs.ts";

export interface SuiteOptions {
  /** Why the engine is not here, or false. */
  readonly skip?: string | false;
  /** Allowed |difference| / (1 + |value|) of values, gradients, losses, and weights after training. */
  readonly tolerance: number;
  /** How steps of one shape end up running. */
  readonly mode: "compiled" | "eager";
}

/** Sizes of the batches trained on; of every three, the last is a partial one. */
const batchSizes = [6, 6, 4, 6, 6, 4, 6, 6, 4, 6, 6, 4];

type Compile = <I extends tf.Tensor[]>(step: Step<I>) => CompiledStep<I>;

/** Defines the suite for one engine, which `open` opens. */
export function engineSuite(name: string, open: () => Promise<Engine>, options: SuiteOptions): void {
  describe(`the engine ${name}`, { skip: options.skip ?? false }, () => {
    let engine: Engine;
    before(async () => {
      engine = await open();
    });
    after(() => engine?.dispose());

    for (const { name, inputs, program, reference } of programs) {
      test(`computes ${name} and its gradient`, async () => {
        const expected = await onCpu(() => outcomes(reference ?? program, inputs, true));
        await engine.use();
        assertSameOutcomes(await outcomes(program, inputs, true), expected, options.tolerance);
      });
    }

    test("trains a dense autoencoder to the losses and weights of tfjs-backend-cpu", async () => {
      await assertSameTraining(engine, denseAutoencoder, denseAutoencoder, options);
    });

    test("trains a convolutional autoencoder to those of tfjs-backend-cpu", async () => {
      const byDefinition = () => convolutionalAutoencoder(new NearestByDefinition({}));
      const asUsersDo = () => convolutionalAutoencoder(tf.layers.upSampling2d({ size: [2, 2] }));
      await assertSameTraining(engine, asUsersDo, byDefinition, options);
    });

    test("leaves no tensors behind", async () => {
      await engine.use();
      const { numTensors } = tf.memory();
      await trained(denseAutoencoder(), (step) => engine.compile(step), engine);
      assert.equal(tf.memory().numTensors, numTensors);
    });

    test("computes from an array of the caller's, and from what it holds at the next time", async () => {
      await engine.use();
      const values = Float32Array.of(1, 2, 3, 4);
      const step = engine.compile((x: tf.Tensor) => x.square());
      const squares = async () => {
        const x = engine.tensorOver(values, [2, 2]);
        const [square] = step(x);
        const numbers = [...(await engine.read(square as tf.Tensor))];
        tf.dispose([x, square as tf.Tensor]);
        return numbers;
      };
      for (let call = 0; call < 3; call++) assert.deepEqual(await squares(), [1, 4, 9, 16]);
      values.set([5, 6], 2);
      assert.deepEqual(await squares(), [1, 4, 25, 36]);
      step.dispose();
    });

    test("refuses to run its steps on another engine's tensors", async () => {
      const step = engine.compile((x: tf.Tensor) => x.add(1));
      await tf.setBackend("cpu");
      assert.throws(() => step(tf.scalar(1)), {
        name: "EngineError",
        message: `the step belongs to the ${engine.name} engine, but tfjs's backend is cpu: call the engine's use() first`,
      });
    });

    test("gives its place to the cpu backend when it is disposed of, and can be opened again", async () => {
      await engine.use();
      await engine.dispose();
      assert.equal(tf.getBackend(), "cpu");
      assert.deepEqual([...tf.scalar(1).add(2).dataSync()], [3]);
      engine = await open();
      await engine.use();
      assert.deepEqual([...(await engine.read(tf.scalar(1).add(2)))], [3]);
    });
  });
}

interface Training {
  readonly losses: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly modes: readonly string[];
}

/** Trains with Adam, on other data in each step, and frees all. */
async function trained(
  model: tf.Sequential,
  compile: Compile,
  reader: Pick<Engine, "read">,
): Promise<Training> {
  const itemShape = (model.inputs[0] as tf.SymbolicTensor).shape.slice(1) as number[];
  const optimizer = tf.train.adam(0.01);
  const step = compile((x: tf.Tensor) =>
    optimizer.minimize(
      () => tf.losses.meanSquaredError(x, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
      true,
    ),
  );
  const losses: number[] = [];
  const modes: string[] = [];
  for (const [i, size] of batchSizes.entries()) {
    const { values, shape } = floats([size, ...itemShape], 100 + i, 0, 1);
    const x = tf.tensor([...values], [...shape]);
    const [loss] = step(x) as [tf.Tensor];
    losses.push((await reader.read(loss))[0] as number);
    modes.push(step.mode().mode);
    tf.dispose([x, loss]);
  }
  const weights = await Promise.all(model.getWeights().map(async (w) => Array.from(await reader.read(w))));
  step.dispose();
  optimizer.dispose();
  model.dispose();
  return { losses, weights, modes };
}

async function assertSameTraining(
  engine: Engine,
  build: () => tf.Sequential,
  buildReference: () => tf.Sequential,
  { tolerance, mode }: SuiteOptions,
): Promise<void> {
  const onHost: Pick<Engine, "read"> = { read: (tensor) => tensor.data() };
  const expected = await onCpu(() => trained(buildReference(), (step) => eagerStep("cpu", step), onHost));
  await engine.use();
  const actual = await trained(build(), (step) => engine.compile(step), engine);
  assert.deepEqual(actual.modes.slice(-3), [mode, mode, mode]);
  assertClose(actual.losses, expected.losses, tolerance, "loss");
  expected.weights.forEach((weights, i) => {
    assertClose(actual.weights[i] ?? [], weights, tolerance, `weights ${i}`);
  });
}

function assertClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((value, i) => {
    const difference = Math.abs((actual[i] as number) - value) / (1 + Math.abs(value));
    assert.ok(difference <= tolerance, `${what}[${i}]: ${actual[i]} instead of ${value}`);
  });
}
