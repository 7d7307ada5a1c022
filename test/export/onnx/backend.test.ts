// The onnx backend as tfjs code sees it: reading, moving, copying and disposing.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { onnxBackend } from "../../../export/onnx/backend.ts";
import { PendingValueError, UnsupportedKernelError } from "../../../export/onnx/errors.ts";
import { onCpu, onOnnx } from "../../helpers/kernels.ts";

test("reading a value before it is computed explains how to wait for it", async () => {
  await onOnnx(async () => {
    const pending = tf.add(tf.ones([2, 3]), 1);
    assert.throws(() => pending.dataSync(), new PendingValueError([2, 3], "float32"));
    assert.throws(() => pending.arraySync(), {
      name: "PendingValueError",
      message:
        "a float32 tensor of shape [2, 3] has been recorded but not computed: " +
        "the onnx backend runs programs as a whole, so dataSync() and arraySync() have no answer yet; " +
        "use await tensor.data() or await tensor.array()",
    });
    await pending.data();
    assert.deepEqual(Array.from(pending.dataSync()), [2, 2, 2, 2, 2, 2]);
  });
});

test("a kernel without an ONNX form is named", async () => {
  await onOnnx(async () => {
    for (const [kernel, run] of [
      ["Unique", () => tf.unique(tf.tensor1d([1, 1, 2]))],
      ["StringSplit", () => tf.string.stringSplit(["a b"], " ")],
    ] as const) {
      assert.throws(run, (error: unknown) => {
        assert.ok(error instanceof UnsupportedKernelError);
        assert.equal(error.kernel, kernel);
        assert.equal(
          error.message,
          `kernel ${kernel} can't be turned into ONNX: it has no ONNX lowering; ` +
            "express that step with other tfjs operations, or keep it outside of the program",
        );
        return true;
      });
    }
  });
});

test("strings are stored, cloned and read, and refused by kernels", async () => {
  await onOnnx(async () => {
    const words = tf.tensor1d(["a", "né"]);
    assert.deepEqual(await words.clone().array(), ["a", "né"]);
    assert.throws(() => tf.tile(words, [2]), {
      name: "UnsupportedKernelError",
      message:
        "kernel Tile can't be turned into ONNX: its tensors are strings; " +
        "express that step with other tfjs operations, or keep it outside of the program",
    });
  });
});

const backends = { cpu: onCpu, onnx: onOnnx } as const;

for (const [from, to] of [
  ["cpu", "onnx"],
  ["onnx", "cpu"],
] as const) {
  for (const dtype of ["float32", "int32", "bool"] as const) {
    test(`${dtype} tensors move from ${from} to ${to} and back, reshaped ones, too`, async () => {
      const [t, reshaped] = await backends[from](async () => {
        const matrix = tf.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], dtype);
        const column = matrix.reshape([6, 1]);
        // A pending tensor can't be moved: its values are needed at once.
        await column.data();
        return [matrix, column];
      });
      const [moved, joined] = await backends[to](async () => {
        const results = [t.transpose(), tf.concat([reshaped, reshaped], 1)] as const;
        await Promise.all(results.map((result) => result.data()));
        return results;
      });
      await backends[from](async () => {
        assert.deepEqual(await t.array(), [
          [1, 0, 0],
          [1, 1, 0],
        ]);
        assert.deepEqual(Array.from(await reshaped.data()), [1, 0, 0, 1, 1, 0]);
        assert.deepEqual(await moved.toInt().array(), [
          [1, 1],
          [0, 1],
          [0, 0],
        ]);
        assert.deepEqual(await tf.sum(joined, 0).array(), [3, 3]);
        assert.deepEqual([t.dtype, moved.dtype, joined.dtype], [dtype, dtype, dtype]);
      });
    });
  }

  test(`strings move from ${from} to ${to} and back`, async () => {
    const words = await backends[from](() => tf.tensor2d(["a", "né", "", "d"], [2, 2]));
    for (const backend of [to, from]) {
      await backends[backend](async () => {
        assert.deepEqual(await words.clone().array(), [
          ["a", "né"],
          ["", "d"],
        ]);
      });
    }
  });
}

test("complex tensors come from cpu", async () => {
  const z = await onCpu(() => tf.complex(tf.tensor1d([1, 2]), tf.tensor1d([3, 4])));
  const parts = await onOnnx(async () => {
    const square = tf.mul(z, z);
    return [await tf.real(square).array(), await tf.imag(square).array()];
  });
  assert.deepEqual(parts, [
    [-8, -12],
    [6, 16],
  ]);
});

test("an array may be reused after a tensor was made of it", async () => {
  await onOnnx(async () => {
    const values = Float32Array.of(1, 2, 3);
    const t = tf.tensor1d(values);
    const doubled = t.mul(2);
    values.fill(9);
    assert.deepEqual(await doubled.array(), [2, 4, 6]);
    assert.deepEqual(await t.array(), [1, 2, 3]);
  });
});

test("an array read from a tensor may be changed", async () => {
  await onOnnx(async () => {
    for (const t of [tf.tensor1d([1, 2, 3]), tf.add(tf.tensor1d([0, 1, 2]), 1), tf.fill([3], 2)]) {
      const before = await t.array();
      (await t.data()).fill(9);
      t.dataSync().fill(9);
      assert.deepEqual(await t.array(), before);
      assert.deepEqual(await t.add(0).array(), before);
    }
  });
});

test("a clone is independent of the tensor it was made of", async () => {
  await onOnnx(async () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const before = variable.clone();
    variable.assign(variable.mul(10));
    const after = variable.clone();
    variable.dispose();
    assert.deepEqual(await before.array(), [1, 2]);
    assert.deepEqual(await after.array(), [10, 20]);
  });
});

test("disposed and tidied tensors leave nothing behind", async () => {
  await onOnnx(async () => {
    const start = [tf.memory().numTensors, onnxBackend().numDataIds(), onnxBackend().pending.size];
    const kept = tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      const shared = x.reshape([3, 1]).clone().squeeze();
      return tf.grad((y: tf.Tensor) => y.square().mul(tf.softmax(y)))(shared);
    });
    await kept.data();
    kept.dispose();
    assert.throws(() => kept.dataSync(), /disposed/);
    const end = [tf.memory().numTensors, onnxBackend().numDataIds(), onnxBackend().pending.size];
    assert.deepEqual(end, start);
  });
});
