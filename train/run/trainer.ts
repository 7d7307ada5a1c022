// An objective in training: its compiled steps, its optimizer, and all its state by name.
import * as tf from "@tensorflow/tfjs";
import { type Batch, type Dataset, itemSize } from "../../data/index.ts";
import type { TrainConfig } from "../config/index.ts";
import type { CompiledStep, Engine, StepMode } from "../engine/index.ts";
import type { Objective, Parts } from "../objectives/objective.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { RandomTables, StepRandom } from "../random/step-random.ts";
import { toUnitRange } from "./scale.ts";

export interface StepSettings {
  /** Steps of the run that are done: the step's noise follows from it. */
  readonly step: number;
  readonly learningRate: number;
  readonly penaltyWeight: number;
}

/** Means over a batch, before the step. What was minimized is their sum. */
export interface StepResult {
  readonly loss: number;
  /** With its weight; 0 where there is none. */
  readonly penalty: number;
}

/** What a batch's items measure; see `Measured`. */
export interface BatchMeasures {
  readonly loss: number;
  readonly code?: {
    readonly active: number;
    readonly everActive: Float32Array;
    readonly residual: number;
    readonly cosine: number;
  };
  readonly accuracy?: number;
}

/** Raw items, and their labels where the objective takes them. */
export type Raw = Pick<Batch, "data" | "labels">;

export class Trainer {
  private readonly objective: Objective;
  private readonly optimizer: Optimizer;
  private readonly trainStep: CompiledStep<tf.Tensor[]>;
  private readonly measureStep: CompiledStep<tf.Tensor[]>;
  private readonly engine: Engine;
  private readonly range: readonly [number, number];
  private readonly tables: RandomTables;
  private buffer = new Float32Array(0);

  constructor(
    objective: Objective,
    dataset: Pick<Dataset, "range">,
    config: Pick<TrainConfig, "optimizer" | "seed">,
    engine: Engine,
  ) {
    this.engine = engine;
    this.objective = objective;
    this.range = dataset.range;
    this.tables = new RandomTables(config.seed);
    this.optimizer = buildOptimizer(config.optimizer, objective.trainable);
    // Nothing is made in the first step, so all steps are one program: a resumed run computes what an unbroken one does.
    const options = { warmUp: false };
    this.trainStep = engine.compile((...inputs: tf.Tensor[]) => {
      const [x, rate, weight, keys, labels] = inputs as [
        ...[tf.Tensor, tf.Scalar, tf.Scalar, tf.Tensor2D],
        tf.Tensor1D | undefined,
      ];
      const parts = () => objective.train(x, new StepRandom(this.tables, keys), labels, weight);
      return this.minimize(parts, rate, weight);
    }, options);
    this.measureStep = engine.compile((...inputs: tf.Tensor[]) => {
      const [x, labels] = inputs as [tf.Tensor, tf.Tensor1D | undefined];
      const { loss, code, accuracy } = objective.measure(x, labels);
      return [
        loss,
        ...(code ? [code.active, code.everActive, code.residual, code.cosine] : []),
        ...(accuracy ? [accuracy] : []),
      ];
    }, options);
  }

  /** What is minimized, and the weighted penalty's share of it where there is one. */
  private minimize(parts: () => Parts, rate: tf.Scalar, weight: tf.Scalar): tf.Tensor[] {
    let weighted: tf.Scalar | undefined;
    const total = () => {
      const { loss, penalty } = parts();
      if (!penalty) return loss;
      weighted = tf.keep(penalty.mul(weight) as tf.Scalar);
      return loss.add(weighted) as tf.Scalar;
    };
    const minimized = this.optimizer.minimize(total, rate);
    return weighted ? [minimized, weighted] : [minimized];
  }

  /** One training step. */
  async train(raw: Raw, { step, learningRate, penaltyWeight }: StepSettings): Promise<StepResult> {
    const settings = [tf.scalar(learningRate), tf.scalar(penaltyWeight), this.tables.keys(step)];
    const [total, weighted] = await this.run(raw, this.trainStep, settings);
    tf.dispose(settings);
    const penalty = weighted?.[0] ?? 0;
    return { loss: (total?.[0] as number) - penalty, penalty };
  }

  /** What the items measure outside of training. */
  async measure(raw: Raw): Promise<BatchMeasures> {
    const [loss, ...rest] = await this.run(raw, this.measureStep, []);
    const first = (values: tf.TypedArray | undefined) => values?.[0] as number;
    if (rest.length === 0) return { loss: first(loss) };
    if (rest.length === 1) return { loss: first(loss), accuracy: first(rest[0]) };
    const [active, everActive, residual, cosine] = rest;
    return {
      loss: first(loss),
      code: {
        active: first(active),
        everActive: everActive as Float32Array,
        residual: first(residual),
        cosine: first(cosine),
      },
    };
  }

  private async run(
    { data, labels }: Raw,
    step: CompiledStep<tf.Tensor[]>,
    settings: readonly tf.Tensor[],
  ): Promise<tf.TypedArray[]> {
    const { itemShape, takesLabels } = this.objective;
    const x = this.engine.tensorOver(this.scaled(data), [data.length / itemSize(itemShape), ...itemShape]);
    const wanted = takesLabels && labels ? [tf.tensor1d(Int32Array.from(labels), "int32")] : [];
    const results = step(x, ...settings, ...wanted);
    const values: tf.TypedArray[] = [];
    for (const result of results) values.push(await this.engine.read(result));
    tf.dispose([x, ...wanted, ...results]);
    return values;
  }

  /** In one buffer for all steps, which are read to their end one by one: a new one each time is what V8 collects. */
  private scaled(items: Uint8Array | Float32Array): Float32Array<ArrayBuffer> {
    if (this.buffer.length < items.length) this.buffer = new Float32Array(items.length);
    return toUnitRange(items, this.range, this.buffer.subarray(0, items.length));
  }

  /** How training steps run. */
  mode(): StepMode {
    return this.trainStep.mode();
  }

  /** Weights under names that do not depend on what else the process has built. */
  weights(): ReadonlyMap<string, tf.Variable> {
    return this.objective.weights;
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
    this.measureStep.dispose();
    this.optimizer.dispose();
    this.tables.dispose();
  }
}
