// A module for `--register`: a layer class that tfjs does not have.
import * as tf from "@tensorflow/tfjs";

export class Doubler extends tf.layers.Layer {
  static readonly className = "Doubler";

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0] as tf.Tensor, 2);
  }
}

tf.serialization.registerClass(Doubler);
