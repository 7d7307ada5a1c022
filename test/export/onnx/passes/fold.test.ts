// What is computed when a program is written, against ONNX Runtime computing the same nodes.
import assert from "node:assert/strict";
import test from "node:test";
import * as ort from "onnxruntime-node";
import { GraphBuilder, TO_END } from "../../../../export/onnx/graph/builder.ts";
import { elementTypeCode } from "../../../../export/onnx/graph/types.ts";
import type { Value } from "../../../../export/onnx/graph/value.ts";
import { folded } from "../../../../export/onnx/passes/index.ts";
import { writeOnnx } from "../../../../export/onnx/write.ts";

const g = new GraphBuilder();
const matrix = g.numbers([1.5, -2, 3, 4, -5, 6.25], [2, 3]);
const cube = g.numbers(
  Array.from({ length: 24 }, (_, i) => i * 0.5 - 3),
  [2, 3, 4],
);
const shape = g.ints([7, 28, 28, 3]);
const whole = g.numbers([7, -3, 0, 12, 5, -8], [2, 3], "int32");
const floats = g.numbers([-1.5, 0, 2.5]);

const cases: Readonly<Record<string, Value>> = {
  reshape: g.reshape(matrix, [3, 2]),
  squeeze: g.op("Squeeze", [g.reshape(matrix, [1, 6]), g.ints([0])]),
  unsqueeze: g.op("Unsqueeze", [matrix, g.ints([1])]),
  transpose: g.transpose(cube, [2, 0, 1]),
  expand: g.expand(g.reshape(floats, [3, 1]), [2, 3, 4]),
  "expand to a longer shape": g.expand(floats, [2, 3]),
  "slice of a shape": g.slice(shape, [1], [3], [0]),
  "slice to the end": g.slice(cube, [1, -2], [TO_END, TO_END], [1, 2]),
  "slice with steps": g.slice(cube, [0, 3], [TO_END, 0], [1, 2], [2, -2]),
  "slice in reverse": g.slice(cube, [-1], [-TO_END], [1], [-1]),
  "slice beyond the end": g.slice(matrix, [1], [9], [1]),
  "gather of a shape": g.op("Gather", [shape, g.ints([3, 0, -2])], { axis: 0 }),
  "gather of one element": g.op("Gather", [shape, g.scalar(2, "int64")], { axis: 0 }),
  "gather along an inner axis": g.op("Gather", [cube, g.numbers([2, 0], [2, 1], "int32")], { axis: 1 }),
  "concat of shapes": g.concat([g.ints([-1]), shape], 0),
  "concat along an inner axis": g.concat([matrix, matrix], 1),
  "cast to whole numbers": g.cast(floats, "int32"),
  "cast to float64": g.cast(whole, "float64"),
  "cast to bool": g.op("Cast", [whole], { to: elementTypeCode("bool") }),
  "cast from bool": g.cast(g.op("Greater", [whole, g.scalar(0, "int32")]), "float32"),
  "product of a shape": g.op("ReduceProd", [shape], { axes: [0], keepdims: 0 }),
  "product along an axis": g.op("ReduceProd", [whole], { axes: [1], keepdims: 1 }),
  "sum of whole numbers": g.reduceSum(whole, [0]),
  "largest along an axis": g.op("ReduceMax", [whole], { axes: [-1], keepdims: 0 }),
  "smallest of all": g.op("ReduceMin", [whole], { keepdims: 0 }),
  range: g.op("Range", [g.scalar(3, "int64"), g.scalar(12, "int64"), g.scalar(4, "int64")]),
  add: g.add(matrix, floats),
  subtract: g.sub(whole, g.scalar(3, "int32")),
  multiply: g.mul(shape, g.ints([2])),
  divide: g.div(matrix, floats),
  negate: g.neg(whole),
  absolute: g.op("Abs", [matrix]),
  floor: g.op("Floor", [floats]),
  ceil: g.op("Ceil", [floats]),
  "square root": g.op("Sqrt", [g.numbers([0, 2, 9])]),
  exponential: g.op("Exp", [floats]),
  maximum: g.op("Max", [matrix, floats]),
  minimum: g.op("Min", [whole, g.scalar(1, "int32")]),
  equal: g.op("Equal", [whole, g.scalar(0, "int32")]),
  "less or equal": g.op("LessOrEqual", [floats, g.scalar(0)]),
  not: g.op("Not", [g.op("Less", [floats, g.scalar(0)])]),
  where: g.where(g.op("Greater", [matrix, g.scalar(0)]), matrix, floats),
};

for (const [name, value] of Object.entries(cases)) {
  test(`${name}: folding gives what ONNX Runtime gives`, async () => {
    const constant = folded(value);
    assert.equal(constant.source.kind, "constant", "it was not folded");
    if (constant.source.kind !== "constant") return;
    const bytes = writeOnnx({ inputs: [], outputs: [{ name: "y", value }] });
    // Without its own optimizer: it would fold, too.
    const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: "disabled" });
    const { y } = await session.run({});
    await session.release();
    assert.deepEqual([constant.shape, constant.dtype], [y?.dims, y?.type]);
    const expected = Array.from(y?.data as ArrayLike<number | bigint>, Number);
    const actual = Array.from(constant.source.data as ArrayLike<number | bigint>, Number);
    actual.forEach((number, i) => {
      const want = expected[i] as number;
      // Exponentials and roots may differ in the last place.
      assert.ok(
        Object.is(number, want) || Math.abs(number - want) <= 1e-6 * Math.abs(want),
        `${number} ${want}`,
      );
    });
    assert.equal(actual.length, expected.length);
  });
}

test("what depends on an input stays", () => {
  const x: Value = { dtype: "float32", shape: [3], source: { kind: "input" }, name: "x" };
  assert.equal(folded(g.add(x, floats)).source.kind, "node");
});

test("a large repetition stays a node: a file should not hold copies", () => {
  assert.equal(folded(g.expand(floats, [1000, 3])).source.kind, "node");
  assert.equal(folded(g.op("Gather", [floats, g.ints(new Array(2000).fill(1))])).source.kind, "node");
});

test("whole numbers are not divided: ONNX truncates, JavaScript does not", () => {
  assert.equal(folded(g.div(whole, g.scalar(2, "int32"))).source.kind, "node");
});

test("a folded weight keeps its name", () => {
  const weight: Value = { ...matrix, name: "dense/kernel" };
  assert.equal(folded(g.transpose(weight, [1, 0])).name, "dense/kernel");
});
