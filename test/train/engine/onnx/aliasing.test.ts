// Which results may be written over the values they replace.
import assert from "node:assert/strict";
import test from "node:test";
import { GraphBuilder } from "../../../../export/onnx/graph/builder.ts";
import type { Value } from "../../../../export/onnx/graph/value.ts";
import { mayOverwrite } from "../../../../train/engine/onnx/aliasing.ts";

const g = new GraphBuilder();
const fed = (shape: readonly number[]): Value => ({ dtype: "float32", shape, source: { kind: "input" } });
const program = (inputs: Value[], outputs: Value[]) => ({
  inputs: inputs.map((value, i) => ({ name: `i${i}`, value })),
  outputs: outputs.map((value, i) => ({ name: `o${i}`, value })),
});

test("a slot that only its own update reads may be overwritten", () => {
  const [m, gradient] = [fed([3]), fed([3])];
  const next = g.add(g.mul(m, g.scalar(0.9)), gradient);
  assert.equal(mayOverwrite(program([m, gradient], [next]), m, next), true);
});

test("a value that something else reads, maybe later, may not", () => {
  const [w, x] = [fed([3]), fed([3])];
  const next = g.sub(w, x);
  const other = g.mul(w, x);
  assert.equal(mayOverwrite(program([w, x], [next, other]), w, next), false);
});

test("a weight whose other readers lead to its update may", () => {
  const [w, x] = [fed([3, 3]), fed([3, 3])];
  const next = g.sub(w, g.op("Gemm", [w, x]));
  assert.equal(mayOverwrite(program([w, x], [next]), w, next), true);
});

test("an update that reads elements out of order may not", () => {
  const [w, x] = [fed([3, 3]), fed([3, 3])];
  const next = g.op("Gemm", [w, x]);
  assert.equal(mayOverwrite(program([w, x], [next]), w, next), false);
  const broadcast = fed([3]);
  const grown = g.add(broadcast, fed([3, 3]));
  assert.equal(mayOverwrite(program([broadcast], [grown]), broadcast, grown), false);
});

test("a value that is asked for as it was may not", () => {
  const w = fed([3]);
  const next = g.add(w, g.scalar(1));
  assert.equal(mayOverwrite(program([w], [next, w]), w, next), false);
});

test("a weight whose view is read, maybe later, may not, however many views lie between", () => {
  const [w, x, y] = [fed([4]), fed([4]), fed([2, 2])];
  const view = g.op("Unsqueeze", [g.reshape(w, [2, 2]), g.ints([0])]);
  const next = g.sub(w, g.mul(x, g.op("ReduceMax", [view], { keepdims: 0 })));
  const late = g.mul(view, y);
  assert.equal(mayOverwrite(program([w, x, y], [next, late]), w, next), false);
  assert.equal(mayOverwrite(program([w, x, y], [next]), w, next), true);
});

test("a weight whose view is returned may not", () => {
  const w = fed([4]);
  const next = g.add(w, g.scalar(1));
  assert.equal(mayOverwrite(program([w], [next, g.reshape(w, [2, 2])]), w, next), false);
});
