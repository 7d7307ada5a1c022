// The contractive penalty: how much codes change with the items.
import * as tf from "@tensorflow/tfjs";
import type { Activation } from "../config/model.ts";
import { detach } from "../layers/detach.ts";
import type { Penalty, PenaltyInput } from "./penalty.ts";

/** Length of the estimate's random steps, per dimension, items being scaled to [0, 1]. */
const STEP = 0.01;

/** ‖∂h/∂x‖²: exact for one dense layer (Rifai et al. 2011), else estimated. */
export const contractive: Penalty<"contractive"> = (input) => {
  const { oneLayer } = input.autoencoder;
  if (!oneLayer) return estimate(input);
  const kernel = (oneLayer.layer.weights[0] as tf.LayerVariable).read();
  return exact(input.codes, slopes[oneLayer.activation](input.codes), kernel as tf.Tensor2D);
};

/** Σⱼ h′ⱼ² Σᵢ Wᵢⱼ²: equation 6 of the paper, for any activation. */
function exact(codes: tf.Tensor2D, slope: tf.Tensor, kernel: tf.Tensor2D): tf.Scalar {
  return slope.square().mul(kernel.square().sum(0)).sum().div(codes.shape[0]) as tf.Scalar;
}

const positive = (h: tf.Tensor) => detach(h).greater(0).toFloat();
/** Of selu, Klambauer et al. 2017. */
const [SCALE, ALPHA] = [1.0507009873554805, 1.6732632423543772];

/** An activation's derivative, from its value. */
const slopes: Readonly<Record<Activation, (h: tf.Tensor) => tf.Tensor>> = {
  linear: (h) => tf.onesLike(h),
  relu: positive,
  sigmoid: (h) => h.mul(h.mul(-1).add(1)),
  tanh: (h) => h.square().mul(-1).add(1),
  // Below 0 the value is eˣ - 1, whose derivative is one more than itself.
  elu: (h) => h.minimum(0).add(1),
  selu: (h) => h.minimum(0).add(positiveScale(h)),
};

/** SCALE above 0 and SCALE·ALPHA below, where the value is SCALE·ALPHA·(eˣ - 1). */
const positiveScale = (h: tf.Tensor) =>
  positive(h)
    .mul(SCALE * (1 - ALPHA))
    .add(SCALE * ALPHA);

/**
 * For ε normal, E ‖J·ε‖² = ‖J‖²: the mean squared change of the codes over one random step per item, divided by the
 * step's. The encoder is taken as it is after training (no dropout, no batch statistics), for both ends of the step.
 */
function estimate({ autoencoder: { encoder }, items, random }: PenaltyInput): tf.Scalar {
  const codesOf = (x: tf.Tensor) => [encoder.apply(x, { training: false })].flat()[0] as tf.Tensor;
  const moved = items.add(random.normal(items.shape).mul(STEP));
  return codesOf(moved)
    .sub(codesOf(items))
    .div(STEP)
    .square()
    .sum()
    .div(items.shape[0] as number) as tf.Scalar;
}
