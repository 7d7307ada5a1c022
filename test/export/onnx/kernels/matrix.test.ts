// Matrix products: values and gradients against tfjs-backend-cpu.
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { assertSameOnBoth, floats } from "../../../helpers/kernels.ts";

for (const batch of [1, 2, 7]) {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      test(`a batch of ${batch} products with transposes ${transposeA}, ${transposeB}`, async () => {
        const a = floats(transposeA ? [batch, 4, 3] : [batch, 3, 4], 1);
        const b = floats(transposeB ? [batch, 5, 4] : [batch, 4, 5], 2);
        await assertSameOnBoth(
          (x, y) => tf.matMul(x as tf.Tensor, y as tf.Tensor, transposeA, transposeB),
          [a, b],
        );
      });
    }
  }
}
