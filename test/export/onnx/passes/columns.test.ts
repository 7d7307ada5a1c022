// Numbers beside columns, which ONNX Runtime is slow at: the program is another one then, and computes the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as ort from "onnxruntime-node";
import { GraphBuilder } from "../../../../export/onnx/graph/builder.ts";
import { nodesInOrder, type Program } from "../../../../export/onnx/graph/program.ts";
import type { Value } from "../../../../export/onnx/graph/value.ts";
import { optimize } from "../../../../export/onnx/passes/index.ts";
import { writeOnnx } from "../../../../export/onnx/write.ts";

const g = new GraphBuilder();
const x: Value = { dtype: "float32", shape: [2, 3, 4, 1], source: { kind: "input" }, name: "x" };
const half = g.scalar(0.5);
const floats = Float32Array.from({ length: 24 }, (_, i) => (i - 11) / 7);

const programOf = (value: Value, from: Value = x): Program => ({
  inputs: [{ name: "x", value: from }],
  outputs: [{ name: "y", value }],
});

/** Operators and the ranks of what they give. */
function nodesOf({ outputs }: Program): readonly string[] {
  return nodesInOrder(outputs.map(({ value }) => value)).map(
    ({ op, outputs: [output] }) => `${op} ${output?.shape.length}`,
  );
}

async function run(program: Program, shape: readonly number[]): Promise<ort.Tensor> {
  const session = await ort.InferenceSession.create(writeOnnx(program));
  const { y } = await session.run({ x: new ort.Tensor("float32", floats, shape) });
  await session.release();
  return y as ort.Tensor;
}

const cases: Readonly<Record<string, readonly [Value, readonly string[]]>> = {
  "a number after": [g.mul(x, half), ["Squeeze 3", "Mul 3", "Unsqueeze 4"]],
  "a number before": [g.sub(half, x), ["Squeeze 3", "Sub 3", "Unsqueeze 4"]],
  "a number in brackets": [g.add(x, g.numbers([3], [1])), ["Squeeze 3", "Add 3", "Unsqueeze 4"]],
  "several in a row": [
    g.op("Relu", [g.op("Max", [g.div(g.sub(x, half), g.scalar(3)), g.scalar(-0.25)])]),
    ["Squeeze 3", "Sub 3", "Div 3", "Max 3", "Relu 3", "Unsqueeze 4"],
  ],
  "a choice": [
    g.where(g.op("Greater", [x, half]), x, g.scalar(7)),
    ["Squeeze 3", "Greater 3", "Where 3", "Unsqueeze 4"],
  ],
  "a flat picture": [g.reshape(g.mul(x, half), [2, 12]), ["Squeeze 3", "Mul 3", "Reshape 2"]],
  "the number after it was made flat": [g.mul(g.reshape(x, [2, 12]), half), ["Reshape 2", "Mul 2"]],
};

for (const [name, [value, nodes]] of Object.entries(cases)) {
  test(`${name}: no number is beside a column`, async () => {
    const program = programOf(value);
    const faster = optimize(program, { freeDimensions: true });
    assert.deepEqual(nodesOf(faster), nodes);
    assert.deepEqual(await run(faster, x.shape), await run(program, x.shape));
  });
}

test("several axes of one element go together", async () => {
  const column: Value = { ...x, shape: [24, 1, 1] };
  const program = programOf(g.mul(column, half), column);
  const faster = optimize(program);
  assert.deepEqual(nodesOf(faster), ["Squeeze 1", "Mul 1", "Unsqueeze 3"]);
  assert.deepEqual(await run(faster, column.shape), await run(program, column.shape));
});

for (const [name, value] of Object.entries({
  "two columns": g.add(x, g.neg(x)),
  "a row of numbers": g.mul(x, g.numbers([1, 2, 3, 4], [4, 1])),
  "one number": g.mul(g.op("ReduceSum", [x, g.ints([0, 1, 2])], { keepdims: 1 }), half),
})) {
  test(`${name}: stays as it is`, () => {
    const nodes = nodesOf(optimize(programOf(value)));
    assert.ok(!nodes.some((node) => node.startsWith("Squeeze")), nodes.join());
  });
}
