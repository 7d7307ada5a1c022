// A dense layer whose kernel is another's, transposed.
import * as tf from "@tensorflow/tfjs";
import { inputOf, shapeOf } from "./call.ts";

export interface TransposedDenseOptions {
  /** The dense layer whose kernel is used; it has been applied before. */
  readonly of: tf.layers.Layer;
  readonly activation: tf.layers.Layer;
  readonly name: string;
}

/** x → activation(x·Wᵀ + b) for the W of another layer; b is its own. */
export class TransposedDense extends tf.layers.Layer {
  static className = "TransposedDense";
  private readonly options: TransposedDenseOptions;
  private bias: tf.LayerVariable | undefined;

  constructor(options: TransposedDenseOptions) {
    super({ name: options.name });
    this.options = options;
  }

  private get kernel(): tf.Tensor2D {
    const [kernel] = this.options.of.weights;
    if (!kernel) throw new Error(`layer ${this.name}: layer ${this.options.of.name} has no kernel yet`);
    return kernel.read() as tf.Tensor2D;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    this.bias = this.addWeight("bias", [this.kernel.shape[0]], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...shapeOf(inputShape).slice(0, -1), this.kernel.shape[0]];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const bias = this.bias?.read() as tf.Tensor1D;
      const product = tf.matMul(inputOf(inputs) as tf.Tensor2D, this.kernel, false, true).add(bias);
      return this.options.activation.apply(product) as tf.Tensor;
    });
  }
}
