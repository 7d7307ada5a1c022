// Written models against tfjs, and what is said where they differ.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import {
  checkParity,
  exportModel,
  ModelCheckError,
  ModelMismatchError,
  toOnnx,
} from "../../../export/onnx/index.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

await tf.setBackend("cpu");

const input = [{ name: "x", shape: ["batch", 3] }];

test("a right model passes, at sizes of its free dimensions", async () => {
  const program = (x: tf.Tensor) => x.mul(2).softmax();
  const inputs = [{ name: "x", shape: ["batch", "time", 3] }];
  const { maxAbs } = await checkParity(program, await toOnnx(program, inputs), inputs);
  assert.ok(maxAbs <= 1e-6);
});

test("a model that computes something else fails, with the place", async () => {
  const model = await toOnnx((x) => x.mul(2), input);
  const other = (x: tf.Tensor) => x.mul(tf.tensor1d([2, 2, 3]));
  await assert.rejects(checkParity(other, model, input), (error: Error) => {
    assert.ok(error instanceof ModelMismatchError);
    const { output, index, expected, actual, maxAbs } = error.difference;
    assert.deepEqual([output, index], ["output", [0, 2]]);
    assert.ok(Math.abs(expected / actual - 1.5) < 1e-6);
    assert.ok(Math.abs(maxAbs - (expected - actual)) < 1e-6);
    assert.equal(
      error.message,
      `output "output" differs from tfjs at [0, 2]: ${actual} instead of ${expected}, on x [1, 3]; ` +
        "expected at most 0.0001·(1 + |value|)",
    );
    return true;
  });
});

test("a NaN is only right where tfjs has one, too", async () => {
  const nan = (x: tf.Tensor) => x.sub(5).sqrt();
  const model = await toOnnx(nan, input);
  await checkParity(nan, model, input);
  await assert.rejects(
    checkParity((x) => x.sub(0.5), model, input),
    ModelMismatchError,
  );
});

test("an output of another shape fails", async () => {
  const model = await toOnnx((x) => x.mul(2), input);
  await assert.rejects(
    checkParity((x) => x.sum(1), model, input),
    {
      name: ModelCheckError.name,
      message: 'output "output" has shape [1, 3], tfjs gives [1]',
    },
  );
});

test("a program that tfjs cannot run on the samples is told with tfjs's reason", async () => {
  const model = await toOnnx((x) => x.mul(2), input);
  const throws = () => {
    throw new Error("no such thing");
  };
  await assert.rejects(checkParity(throws, model, input), {
    name: ModelCheckError.name,
    message: "tfjs itself cannot run the model on x [1, 3]: no such thing",
  });
});

test("a file gets its name when it is right, and holds the model", async (t) => {
  const folder = await temporaryFolder(t);
  const program = (x: tf.Tensor) => x.add(1);
  const exported = await exportModel(program, join(folder, "deep", "a.onnx"), { inputs: input });
  assert.deepEqual(await readdir(join(folder, "deep")), ["a.onnx"]);
  assert.deepEqual(new Uint8Array(await readFile(exported.file)), exported.bytes);
  assert.deepEqual([exported.nodeCount, exported.maxAbs], [1, 0]);
});

test("a file that is wrong does not get its name", async (t) => {
  const folder = await temporaryFolder(t);
  let calls = 0;
  // Right while it is recorded, another one when it is checked.
  const changing = (x: tf.Tensor) => x.add(tf.getBackend() === "onnx" ? 1 : 2 + calls++);
  await assert.rejects(exportModel(changing, join(folder, "a.onnx"), { inputs: input }), ModelMismatchError);
  assert.deepEqual(await readdir(folder), []);
});
