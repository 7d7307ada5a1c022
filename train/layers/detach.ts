// Cuts a tensor off from the gradient: what follows from it counts as given.
import * as tf from "@tensorflow/tfjs";

/** The same values under a tensor that no gradient is taken through. Nothing is copied. */
export function detach<T extends tf.Tensor>(x: T): T {
  tf.backend().incRef(x.dataId);
  return tf.engine().makeTensorFromTensorInfo({ dataId: x.dataId, shape: x.shape, dtype: x.dtype }) as T;
}
