// Applies an update rule to variables: slots, clipping, weight decay. The learning rate is an input of the step.
import * as tf from "@tensorflow/tfjs";
import type { Powers, UpdateRule } from "./rule.ts";

export interface OptimizerOptions {
  /** Weight decay λ of kernels (rank 2 and more; not of biases); 0 unless told. */
  readonly weightDecay?: number;
  /**
   * Decoupled: w ← w - lr·λ·w beside the rule's step (Loshchilov & Hutter 2019, AdamW). Else λ·w is added to the
   * gradient (L2 regularization). False unless told.
   */
  readonly decoupled?: boolean;
  /** Scales all gradients down together so that their common norm is at most this (Pascanu et al. 2013). */
  readonly clipNorm?: number;
  /** Clips each element of each gradient to ±this. */
  readonly clipValue?: number;
}

/** An optimizer whose whole state is in named variables, so that it can be saved and a compiled step can keep it. */
export class Optimizer {
  /** State by name: `<variable>/<slot>` and `power/<name>`. */
  readonly state = new Map<string, tf.Variable>();
  private readonly rule: UpdateRule;
  private readonly variables: readonly tf.Variable[];
  private readonly options: OptimizerOptions;

  /** Makes all slots at once: every step is then the same program. */
  constructor(rule: UpdateRule, variables: readonly tf.Variable[], options: OptimizerOptions = {}) {
    this.rule = rule;
    this.variables = variables;
    this.options = options;
    for (const name of Object.keys(rule.powers)) this.keep(`power/${name}`, tf.scalar(1));
    for (const variable of variables) {
      for (const [slot, start] of Object.entries(rule.slots)) {
        this.keep(`${variable.name}/${slot}`, tf.fill(variable.shape, start));
      }
    }
  }

  private keep(name: string, value: tf.Tensor): void {
    this.state.set(name, tf.variable(value, false));
    value.dispose();
  }

  /** One step down the gradient of `loss`; returns the loss before it. */
  minimize(loss: () => tf.Scalar, rate: tf.Scalar): tf.Scalar {
    const { value, grads } = tf.variableGrads(loss, [...this.variables]);
    tf.tidy(() => {
      const powers = this.raisePowers();
      const gradients = this.clip(
        this.variables.map((variable) => this.regularized(variable, grads[variable.name])),
      );
      this.variables.forEach((variable, i) => {
        const slots = Object.fromEntries(
          Object.keys(this.rule.slots).map((slot) => [slot, this.stateOf(`${variable.name}/${slot}`)]),
        );
        const step = this.rule.step(gradients[i] as tf.Tensor, slots, rate, powers);
        const decay = this.options.decoupled && this.decayOf(variable);
        variable.assign(variable.sub(decay ? step.add(variable.mul(rate.mul(decay))) : step));
      });
    });
    tf.dispose(grads);
    return value;
  }

  dispose(): void {
    for (const variable of this.state.values()) variable.dispose();
    this.state.clear();
  }

  private stateOf(name: string): tf.Variable {
    const variable = this.state.get(name);
    if (!variable) throw new Error(`the optimizer has no state ${name}`);
    return variable;
  }

  private raisePowers(): Powers {
    return Object.fromEntries(
      Object.entries(this.rule.powers).map(([name, base]) => {
        const power = this.stateOf(`power/${name}`);
        power.assign(power.mul(base));
        return [name, power as tf.Tensor as tf.Scalar];
      }),
    );
  }

  private decayOf(variable: tf.Variable): number {
    return variable.rank >= 2 ? (this.options.weightDecay ?? 0) : 0;
  }

  private regularized(variable: tf.Variable, gradient: tf.Tensor | undefined): tf.Tensor {
    if (!gradient) throw new Error(`the loss does not depend on ${variable.name}`);
    const decay = this.options.decoupled ? 0 : this.decayOf(variable);
    return decay === 0 ? gradient : gradient.add(variable.mul(decay));
  }

  private clip(gradients: readonly tf.Tensor[]): readonly tf.Tensor[] {
    const { clipNorm, clipValue } = this.options;
    const within =
      clipValue === undefined ? gradients : gradients.map((g) => g.clipByValue(-clipValue, clipValue));
    if (clipNorm === undefined) return within;
    const norm = tf.addN(within.map((g) => g.square().sum())).sqrt();
    const factor = tf.scalar(clipNorm).div(tf.maximum(norm, clipNorm));
    return within.map((g) => g.mul(factor));
  }
}
