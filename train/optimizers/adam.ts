// Adam whose learning rate is an input of the step, so that a compiled step can follow a schedule.
import * as tf from "@tensorflow/tfjs";

export interface AdamOptions {
  /** Decay of the mean gradient; 0.9 unless told. */
  readonly beta1?: number;
  /** Decay of the mean squared gradient; 0.999 unless told. */
  readonly beta2?: number;
  /** Added to the root of the mean squared gradient; 1e-7 unless told. */
  readonly epsilon?: number;
}

interface Slots {
  readonly mean: tf.Variable;
  readonly square: tf.Variable;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1 in the order of the end of its section 2, which corrects the bias in the step
 * size: lr·sqrt(1 - β₂ᵗ)/(1 - β₁ᵗ)).
 */
export class Adam {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly slots = new Map<tf.Variable, Slots>();
  /** β₁ᵗ and β₂ᵗ. */
  private readonly power1 = tf.variable(tf.scalar(1), false, undefined, "float32");
  private readonly power2 = tf.variable(tf.scalar(1), false, undefined, "float32");

  constructor({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions = {}) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  /** One step down the gradient of `loss`; returns the loss before it. */
  minimize(loss: () => tf.Scalar, learningRate: tf.Scalar, variables: readonly tf.Variable[]): tf.Scalar {
    const { value, grads } = tf.variableGrads(loss, [...variables]);
    tf.tidy(() => {
      this.power1.assign(this.power1.mul(this.beta1));
      this.power2.assign(this.power2.mul(this.beta2));
      const one = tf.scalar(1);
      const rate = learningRate.mul(one.sub(this.power2).sqrt()).div(one.sub(this.power1)) as tf.Scalar;
      for (const variable of variables) {
        const gradient = grads[variable.name];
        if (gradient) this.update(variable, gradient, rate);
      }
    });
    tf.dispose(grads);
    return value;
  }

  private update(variable: tf.Variable, gradient: tf.Tensor, rate: tf.Scalar): void {
    const { mean, square } = this.slotsOf(variable);
    mean.assign(mean.mul(this.beta1).add(gradient.mul(1 - this.beta1)));
    square.assign(square.mul(this.beta2).add(gradient.square().mul(1 - this.beta2)));
    variable.assign(variable.sub(mean.div(square.sqrt().add(this.epsilon)).mul(rate)));
  }

  private slotsOf(variable: tf.Variable): Slots {
    let slots = this.slots.get(variable);
    if (!slots) {
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
      slots = { mean: zeros(), square: zeros() };
      this.slots.set(variable, slots);
    }
    return slots;
  }

  dispose(): void {
    tf.dispose([this.power1, this.power2]);
    for (const { mean, square } of this.slots.values()) tf.dispose([mean, square]);
    this.slots.clear();
  }
}
