// Programs that are other programs at small sizes are refused; those that only look so are not.
import assert from "node:assert/strict";
import test from "node:test";
import type * as tf from "@tensorflow/tfjs";
import { toOnnx } from "../../../../export/onnx/index.ts";

const batch = [{ name: "x", shape: ["batch", 8] }];

test("a branch on the batch size is refused", async () => {
  const program = (x: tf.Tensor) => ((x.shape[0] as number) > 10 ? x.mul(2) : x.mul(2).add(1));
  await assert.rejects(toOnnx(program, batch), {
    name: "FreeDimensionError",
    message: `the program takes other steps when "batch" is small; give that dimension a fixed size in the input's shape`,
  });
});

test("squeezing a batch that may be 1 is refused with the shape it gives", async () => {
  await assert.rejects(
    toOnnx((x) => x.squeeze(), batch),
    {
      name: "FreeDimensionError",
      message:
        `output "output" has the shape [8] when "batch" is 1, where larger sizes give [1, 8]; ` +
        "write the step with operations that keep the rank, or fix that dimension's size",
    },
  );
});

test("a reshape that falls away at a batch of 1 or 2 is no reason to refuse", async () => {
  const model = await toOnnx((x) => x.reshape([-1, 2, 4]).transpose([1, 0, 2]).reshape([2, -1]), batch);
  assert.deepEqual(model.outputs[0]?.shape, [2, "4*batch"]);
});

test("an async function, a function without results, and misspelt options are refused", async () => {
  const asynchronous = (async (x: tf.Tensor) => x.relu()) as unknown as (x: tf.Tensor) => tf.Tensor;
  await assert.rejects(toOnnx(asynchronous, batch), {
    name: "ExportArgumentError",
    message: /got a promise \(an async function\)$/,
  });
  await assert.rejects(
    toOnnx(() => [], batch),
    { name: "ExportArgumentError", message: "the program returns no output" },
  );
  await assert.rejects(
    toOnnx((x) => x.relu(), batch, { outputName: ["y"] } as object),
    {
      message:
        "toOnnx() options: unknown option outputName; known here: outputNames, graphName, doc, metadata",
    },
  );
  await assert.rejects(
    toOnnx((x) => x.relu(), [{ ...batch[0], scale: 3 } as object]),
    {
      message: 'input "x": unknown option scale; known here: name, shape, dtype, preprocess',
    },
  );
});
