// Bitwise logic against tfjs-backend-cpu.
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { assertSameOnBoth, ints, type TensorData } from "../../../helpers/kernels.ts";

test("the bits that two whole numbers share are kept, negative numbers as two's complement", async () => {
  const edges = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 0x55555555, -2, 2 ** 30];
  const a: TensorData = { values: edges.flatMap((n) => edges.map(() => n)), shape: [64], dtype: "int32" };
  const b: TensorData = { values: edges.flatMap(() => edges), shape: [64], dtype: "int32" };
  const and = (x?: tf.Tensor, y?: tf.Tensor) => tf.bitwiseAnd(x as tf.Tensor, y as tf.Tensor);
  await assertSameOnBoth(and, [a, b], { gradient: false });
  await assertSameOnBoth(and, [ints([3, 4, 5], 1, -(2 ** 31), 2 ** 31), ints([3, 4, 5], 2, -1000, 1000)], {
    gradient: false,
  });
});
