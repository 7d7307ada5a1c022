// The autoencoders that every engine trains in the tests.
import * as tf from "@tensorflow/tfjs";

const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });

export function denseAutoencoder(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [12], units: 8, activation: "relu", kernelInitializer: seeded(1) }),
      tf.layers.dense({ units: 3, kernelInitializer: seeded(2) }),
      tf.layers.dense({ units: 12, activation: "sigmoid", kernelInitializer: seeded(3) }),
    ],
  });
}

/** Convolution, max pooling, nearest upsampling and a strided transposed convolution. */
export function convolutionalAutoencoder(upsampling: tf.layers.Layer): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...{ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, padding: "same", activation: "relu" },
        kernelInitializer: seeded(1),
      }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 6, kernelInitializer: seeded(2) }),
      tf.layers.dense({ units: 32, activation: "relu", kernelInitializer: seeded(3) }),
      tf.layers.reshape({ targetShape: [2, 2, 8] }),
      upsampling,
      tf.layers.conv2dTranspose({
        ...{ filters: 1, kernelSize: 3, strides: 2, padding: "same", activation: "sigmoid" },
        kernelInitializer: seeded(4),
      }),
    ],
  });
}

/**
 * Nearest upsampling by two, by its definition y[b, i, j, c] = x[b, ⌊i/2⌋, ⌊j/2⌋, c], as a broadcast product. What
 * tfjs-backend-cpu gives for the gradient of upSampling2d is wrong for all images of a batch but the first.
 */
export class NearestByDefinition extends tf.layers.Layer {
  static className = "NearestByDefinition";

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat();
    return tf.tidy(() => upsampleByDefinition(x as tf.Tensor4D));
  }

  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width, channels] = shape as [number, number, number, number];
    return [batch, height * 2, width * 2, channels];
  }
}

export function upsampleByDefinition(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const spread = tf.mul(x.reshape([batch, height, 1, width, 1, channels]), tf.ones([1, 1, 2, 1, 2, 1]));
  return spread.reshape([batch, height * 2, width * 2, channels]);
}
