// One autoencoder in training: its compiled steps, its optimizer, and all its state by name.
import * as tf from "@tensorflow/tfjs";
import { type Dataset, itemSize } from "../../data/index.ts";
import type { Autoencoder } from "../architectures/index.ts";
import type { TrainConfig } from "../config/index.ts";
import type { CompiledStep, Engine } from "../engine/index.ts";
import { losses } from "../losses.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { toUnitRange } from "./scale.ts";

export class Trainer {
  readonly autoencoder: Autoencoder;
  private readonly optimizer: Optimizer;
  private readonly trainStep: CompiledStep<[tf.Tensor2D, tf.Scalar]>;
  private readonly lossStep: CompiledStep<[tf.Tensor2D]>;
  private readonly engine: Engine;
  private readonly size: number;
  private readonly range: readonly [number, number];
  private buffer = new Float32Array(0);

  constructor(autoencoder: Autoencoder, dataset: Dataset, config: TrainConfig, engine: Engine) {
    this.engine = engine;
    this.autoencoder = autoencoder;
    this.size = itemSize(dataset.shape);
    this.range = dataset.range;
    const { encoder, decoder } = autoencoder;
    const loss = losses[config.loss];
    const measure = (x: tf.Tensor2D, training: boolean) =>
      loss(x, decoder.apply(encoder.apply(x, { training }), { training }) as tf.Tensor2D);
    const variables = [encoder, decoder].flatMap((model) =>
      model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    );
    this.optimizer = buildOptimizer(config.optimizer, variables);
    // Nothing is made in the first step, so all steps are one program: a resumed run computes what an unbroken one does.
    const options = { warmUp: false };
    this.trainStep = engine.compile(
      (x: tf.Tensor2D, rate: tf.Scalar) => this.optimizer.minimize(() => measure(x, true), rate),
      options,
    );
    this.lossStep = engine.compile((x: tf.Tensor2D) => measure(x, false), options);
  }

  /** One training step on raw items; returns their mean loss before it. */
  async train(items: Uint8Array | Float32Array, learningRate: number): Promise<number> {
    const rate = tf.scalar(learningRate);
    const loss = await this.run(items, (x) => this.trainStep(x, rate));
    rate.dispose();
    return loss;
  }

  /** Mean loss of raw items. */
  measure(items: Uint8Array | Float32Array): Promise<number> {
    return this.run(items, (x) => this.lossStep(x));
  }

  private async run(
    items: Uint8Array | Float32Array,
    step: (x: tf.Tensor2D) => tf.Tensor[],
  ): Promise<number> {
    const x = tf.tensor2d(this.scaled(items), [items.length / this.size, this.size]);
    const [loss] = step(x) as [tf.Tensor];
    const value = (await this.engine.read(loss))[0] as number;
    tf.dispose([x, loss]);
    return value;
  }

  /** In one buffer for all steps, which are read to their end one by one: a new one each time is what V8 collects. */
  private scaled(items: Uint8Array | Float32Array): Float32Array {
    if (this.buffer.length < items.length) this.buffer = new Float32Array(items.length);
    return toUnitRange(items, this.range, this.buffer.subarray(0, items.length));
  }

  /** Weights under names that do not depend on what else the process has built. */
  weights(): Map<string, tf.Variable> {
    const { encoder, decoder } = this.autoencoder;
    return new Map(
      Object.entries({ encoder, decoder }).flatMap(([part, model]) =>
        model.weights.map((weight, i) => [`${part}/${i}`, weight.read() as tf.Variable] as const),
      ),
    );
  }

  /** Weights and the optimizer's state. */
  everything(): Map<string, tf.Variable> {
    const state = [...this.optimizer.state.values()].map(
      (variable, i) => [`optimizer/${i}`, variable] as const,
    );
    return new Map([...this.weights(), ...state]);
  }

  dispose(): void {
    this.trainStep.dispose();
    this.lossStep.dispose();
    this.optimizer.dispose();
  }
}
