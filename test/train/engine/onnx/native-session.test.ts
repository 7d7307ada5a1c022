// Runs into memory that is given: the values arrive there, and V8 does not count that memory a second time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Tensor } from "onnxruntime-node";
import { GraphBuilder } from "../../../../export/onnx/graph/builder.ts";
import type { Value } from "../../../../export/onnx/graph/value.ts";
import { writeOnnx } from "../../../../export/onnx/write.ts";
import { NativeSession } from "../../../../train/engine/onnx/native-session.ts";

const SIZE = 2 ** 20;

/** A session that doubles SIZE numbers. */
function doubler(): NativeSession {
  const x: Value = { dtype: "float32", shape: [SIZE], source: { kind: "input" } };
  const g = new GraphBuilder();
  const model = writeOnnx({
    inputs: [{ name: "x", value: x }],
    outputs: [{ name: "y", value: g.add(x, x) }],
  });
  return new NativeSession(model, { executionProviders: ["cpu"], logSeverityLevel: 4 });
}

test("results are written into the memory given, at every run", () => {
  const session = doubler();
  const y = new Float32Array(SIZE);
  for (const value of [1, 2, 3]) {
    const x = new Tensor("float32", new Float32Array(SIZE).fill(value), [SIZE]);
    session.run({ x }, { y: new Tensor("float32", y, [SIZE]) });
    assert.deepEqual([y[0], y[SIZE - 1], y.length], [2 * value, 2 * value, SIZE]);
  }
  session.dispose();
});

test("memory that is given is not counted again by its runs", () => {
  const session = doubler();
  const x = new Tensor("float32", new Float32Array(SIZE), [SIZE]);
  const y = new Tensor("float32", new Float32Array(SIZE), [SIZE]);
  session.run({ x }, { y });
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 10; i++) session.run({ x }, { y });
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < SIZE, `ten runs that allocate nothing left ${grown} bytes more in array buffers`);
  session.dispose();
});
