// Checks of explanations: a program that is its matrix agrees, one that is not does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import type * as tf from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import { agreement } from "../../../train/explain/agreement.ts";
import { explainTranspose, explainUnpool } from "../../../train/explain/index.ts";

const doubling = { name: "doubling", shape: [1, 2, 1] as const, call: (x: tf.Tensor4D) => x.mul(2) };

test("a program that is its matrix agrees, in tfjs and as ONNX", async () => {
  const check = await agreement(doubling, Matrix.diag([2, 2]), [1, 2]);
  assert.deepEqual(check, { program: "doubling", tfjs: 0, onnx: 0, agrees: true });
});

test("a matrix that differs in one value is noticed, with the size of the difference", async () => {
  const { tfjs, onnx, agrees } = await agreement(doubling, Matrix.diag([2, 2.5]), [0, 10]);
  assert.deepEqual({ tfjs, onnx, agrees }, { tfjs: 5, onnx: 5, agrees: false });
});

test("a program that gives too little does not agree", async () => {
  const first = { ...doubling, call: (x: tf.Tensor4D) => x.mul(2).slice([0, 0, 0, 0], [-1, 1, 1, 1]) };
  assert.equal((await agreement(first, Matrix.diag([2, 2]))).agrees, false);
});

test("all that is explained agrees, also with other sizes", async () => {
  for (const options of [
    {},
    { size: 5, kernel: 2, stride: 3 },
    { size: 2 },
    { size: 6, kernel: 6, stride: 1 },
  ]) {
    const { agrees, sections } = await explainTranspose(options);
    assert.ok(agrees, JSON.stringify(sections.flatMap(({ checks }) => checks)));
  }
  const { agrees, sections } = await explainUnpool();
  assert.ok(agrees, JSON.stringify(sections.flatMap(({ checks }) => checks)));
  assert.equal(sections.length, 3);
});
