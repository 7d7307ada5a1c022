// Inferred shapes and element types against those that ONNX Runtime gives.
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Tensor } from "onnxruntime-node";
import { GraphBuilder } from "../../../../export/onnx/graph/builder.ts";
import { inferredOperators } from "../../../../export/onnx/graph/infer/index.ts";
import type { NamedValue } from "../../../../export/onnx/graph/program.ts";
import { fromNumbers, sizeOf, type Value } from "../../../../export/onnx/graph/value.ts";
import { writeOnnx } from "../../../../export/onnx/write.ts";
import { NativeSession } from "../../../../train/engine/onnx/native-session.ts";
import { elementwiseCases } from "./infer-cases/elementwise.ts";
import { layoutCases } from "./infer-cases/layout.ts";
import { neuralCases } from "./infer-cases/neural.ts";
import type { CaseTable, NodeCase, Operand } from "./infer-cases/node.ts";
import { reductionCases } from "./infer-cases/reduction.ts";

const cases: CaseTable = { ...elementwiseCases, ...layoutCases, ...neuralCases, ...reductionCases };

function dataOf({ shape, dtype, values }: Operand) {
  const fractions = Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % 10) / 10);
  return fromNumbers(dtype, values ?? (dtype.startsWith("float") ? fractions : fractions.map(() => 0)));
}

interface Inputs {
  readonly values: (Value | null)[];
  readonly declared: NamedValue[];
  readonly feeds: Record<string, Tensor>;
}

function inputsOf(operands: readonly (Operand | null)[]): Inputs {
  const result: Inputs = { values: [], declared: [], feeds: {} };
  operands.forEach((operand, i) => {
    if (!operand) {
      result.values.push(null);
      return;
    }
    const { dtype, shape, constant } = operand;
    const data = dataOf(operand);
    const value: Value = { dtype, shape, source: constant ? { kind: "constant", data } : { kind: "input" } };
    result.values.push(value);
    if (constant) return;
    result.declared.push({ name: `i${i}`, value });
    result.feeds[`i${i}`] = new Tensor(dtype as "float32", data as Float32Array, shape);
  });
  return result;
}

/** The outputs of a node as inferred, and as they come out of ONNX Runtime. */
function inferredAndReal(op: string, { inputs, attributes = {}, outputs: count = 1 }: NodeCase) {
  const { values, declared, feeds } = inputsOf(inputs);
  const results = new GraphBuilder().ops(op, values, attributes, count);
  const outputs = results.map((value, i) => ({
    name: `o${i}`,
    value,
    // Declared free: ONNX Runtime is not to be told what to expect.
    dims: value.shape.map((_, axis) => `o${i}_${axis}`),
  }));
  const model = writeOnnx({ inputs: declared, outputs });
  const session = new NativeSession(model, { executionProviders: ["cpu"], logSeverityLevel: 4 });
  const fetched = session.run(feeds, Object.fromEntries(outputs.map(({ name }) => [name, null])));
  session.dispose();
  return {
    inferred: results.map(({ dtype, shape }) => ({ dtype, shape })),
    real: outputs.map(({ name }) => {
      const { type, dims } = fetched[name] as Tensor;
      return { dtype: type, shape: [...dims] };
    }),
  };
}

test("every operator with an inference rule is tried", () => {
  assert.deepEqual(Object.keys(cases).sort(), [...inferredOperators].sort());
});

for (const [op, nodes] of Object.entries(cases)) {
  test(`${op} gives the shapes and types that are inferred`, () => {
    fc.assert(
      fc.property(nodes, (node) => {
        const { inferred, real } = inferredAndReal(op, node);
        assert.deepEqual(inferred, real);
      }),
      { seed: 1, numRuns: 15 },
    );
  });
}
