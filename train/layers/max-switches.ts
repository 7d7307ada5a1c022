// Max pooling that remembers where each maximum was, and its reverse.
//
// Written as matrices with the switches given, pooling is X, which takes from each window the value at its switch, and
// unpooling is Xᵀ, which puts it back there among zeros: either one is the gradient of the other.
import * as tf from "@tensorflow/tfjs";
import { inputOf, shapeOf } from "./call.ts";
import { detach } from "./detach.ts";

/** A layer on windows of `size` × `size`. */
abstract class WindowLayer extends tf.layers.Layer {
  protected readonly size: number;

  constructor({ size, name }: { readonly size: number; readonly name: string }) {
    super({ name });
    this.size = size;
  }
}

/** [batch, h, w, c] → the position of the first maximum in each window, row by row from 0: int32 [batch, h/s, w/s, c]. */
export class Switches extends WindowLayer {
  static className = "Switches";

  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
    return pooledShape(shapeOf(shape), this.size);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      // In floats to the end: tfjs-backend-webgpu can't transpose integers, as reductions do.
      const cells = toCells(detach(inputOf(inputs)), this.size);
      const isLargest = cells.equal(cells.max(4, true).max(2, true)).toFloat();
      const behind = this.size ** 2;
      // Positions of others are put behind all of them.
      const places = positions(this.size).toFloat().sub(isLargest.mul(behind));
      return places.min(4).min(2).add(behind).toInt();
    });
  }

  /**
   * [batch], true for items with a window whose maximum exceeds another value by less than `margin` · (1 + |maximum|),
   * though by something: equal values stay equal however they are rounded.
   */
  undecided(x: tf.Tensor4D, margin: number): tf.Tensor1D {
    return tf.tidy(() => {
      const cells = toCells(x, this.size);
      const largest = cells.max(4, true).max(2, true);
      const gap = largest.sub(cells);
      const near = gap.greater(0).logicalAnd(gap.less(largest.abs().add(1).mul(margin)));
      return near.any([1, 2, 3, 4, 5]) as tf.Tensor1D;
    });
  }
}

/** What the windows of [batch, h, w, c] hold at their switches: [batch, h/s, w/s, c]. */
export class TakeSwitched extends WindowLayer {
  static className = "TakeSwitched";

  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
    return pooledShape(shapeOf(shape), this.size);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const mask = chosen(inputOf(inputs, 1), this.size);
      return toCells(inputOf(inputs), this.size).mul(mask).sum(4).sum(2);
    });
  }
}

/** [batch, h, w, c] put at its switches in windows of zeros: [batch, h·s, w·s, c]. */
export class PutSwitched extends WindowLayer {
  static className = "PutSwitched";

  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width, channels] = shapeOf(shape) as [number, number, number, number];
    return [batch, height * this.size, width * this.size, channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = inputOf(inputs);
      const [, height, width, channels] = x.shape as [number, number, number, number];
      const cells = x.reshape([-1, height, 1, width, 1, channels]).mul(chosen(inputOf(inputs, 1), this.size));
      return cells.reshape([-1, height * this.size, width * this.size, channels]);
    });
  }
}

function pooledShape(shape: tf.Shape, size: number): tf.Shape {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  return [batch, height / size, width / size, channels];
}

/** [batch, h, w, c] → [batch, h/s, s, w/s, s, c]. */
function toCells(x: tf.Tensor, size: number): tf.Tensor {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  return x.reshape([-1, height / size, size, width / size, size, channels]);
}

/** Each cell's position in its window: [1, 1, s, 1, s, 1]. */
function positions(size: number): tf.Tensor {
  return tf.range(0, size ** 2, 1, "int32").reshape([1, 1, size, 1, size, 1]);
}

/** 1 in the cells that the switches [batch, h, w, c] point to, else 0: [batch, h, s, w, s, c]. */
function chosen(switches: tf.Tensor, size: number): tf.Tensor {
  const [, height, width, channels] = switches.shape as [number, number, number, number];
  const spread = detach(switches).reshape([-1, height, 1, width, 1, channels]);
  return spread.equal(positions(size)).toFloat();
}
