// Graphs in 8 bits against their float32 originals, and one product against the arithmetic by hand.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { TensorProto_DataType as ElementType } from "onnx-buf";
import { measureFidelity, runGraph } from "../../../../export/package/variants/fidelity.ts";
import { quantize } from "../../../../export/package/variants/quantize.ts";
import { quantizeWeights, ZERO } from "../../../../export/package/variants/quantized-weights.ts";
import { random } from "../../../helpers/kernels.ts";
import { collectForChecker, testWithChecker } from "../../../helpers/onnx-checker.ts";
import { onnxModel } from "../../../helpers/onnx-models.ts";
import { contentOf, encoders } from "./models.ts";

await tf.setBackend("cpu");

test("weights are bytes around their channel's zero, at most half a scale away", () => {
  const next = random(3);
  const weights = Float32Array.from({ length: 60 }, (_, i) =>
    i % 3 === 2 ? 0 : (next() - 0.5) * 10 ** (i % 3),
  );
  const { values, scales } = quantizeWeights(weights, 3, (i) => i % 3);
  weights.forEach((weight, i) => {
    const scale = scales[i % 3] as number;
    const again = ((values[i] as number) - ZERO) * scale;
    assert.ok(Math.abs(again - weight) <= scale / 2 + 1e-7, `weight ${i}: ${weight}, ${again}`);
  });
  assert.equal(Math.max(...values.map((value) => Math.abs(value - ZERO))), 127);
  assert.equal(scales[2], 0);
});

test("a product is that of the bytes, scaled back: worked out in float64", async () => {
  const next = random(9);
  const [rows, inner, columns] = [5, 40, 7];
  const a = Float32Array.from({ length: rows * inner }, () => next() * 3 - 1);
  const w = Float32Array.from({ length: inner * columns }, () => next() - 0.5);
  const bytes = onnxModel({
    inputs: { x: ["float32", ["batch", inner]] },
    outputs: { y: ["float32", ["batch", columns]] },
    nodes: [["MatMul", "x w", "y"]],
    constants: { w: { data: w, shape: [inner, columns] } },
  });
  const quantized = quantize(bytes, "product.onnx");
  assert.ok(quantized);
  const { y } = await runGraph(quantized.bytes, { x: { data: a, shape: [rows, inner] } }, "product");
  // DynamicQuantizeLinear of the ONNX specification: the range holds 0, and so does its grid.
  const low = Math.min(0, ...a);
  const scale = Math.fround((Math.max(0, ...a) - low) / 255);
  const weights = quantizeWeights(w, columns, (i) => i % columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        const byte = Math.round((a[r * inner + k] as number) / scale);
        sum += byte * ((weights.values[k * columns + c] as number) - ZERO);
      }
      const expected = sum * scale * (weights.scales[c] as number);
      const actual = Number(y?.data[r * columns + c]);
      assert.ok(
        Math.abs(actual - expected) < 1e-4 * (1 + Math.abs(expected)),
        `${r}, ${c}: ${actual}, ${expected}`,
      );
    }
  }
});

test("encoders give nearly the same codes from little more than a quarter of the bytes", async () => {
  const kept: Record<string, readonly string[]> = {};
  for (const { name, bytes, feeds } of await encoders()) {
    const quantized = quantize(bytes, `${name}.onnx`);
    assert.ok(quantized);
    collectForChecker(`${name}, 8 bits`, quantized.bytes);
    const expected = await runGraph(bytes, feeds, name);
    const fidelity = measureFidelity(expected, await runGraph(quantized.bytes, feeds, name), name);
    assert.ok(fidelity.cosine > 0.999, `${name}: ${fidelity.cosine}`);
    assert.ok(fidelity.maxAbs > 0 && fidelity.maxAbs < 0.1, `${name}: ${fidelity.maxAbs}`);
    kept[name] = quantized.kept;
  }
  assert.deepEqual(kept, { dense: [], conv: [], transposed: ["ConvTranspose"] });
});

test("every Gemm and Conv becomes a product of bytes, and an activation is quantised once", async () => {
  for (const { name, bytes } of await encoders()) {
    const content = contentOf(quantize(bytes, `${name}.onnx`)?.bytes ?? bytes);
    const count = (op: string) => content.operators.filter((one) => one === op).length;
    const [products, convolutions] = name === "dense" ? [3, 0] : name === "conv" ? [1, 2] : [1, 0];
    assert.deepEqual([count("MatMulInteger"), count("ConvInteger")], [products, convolutions], name);
    assert.equal(count("DynamicQuantizeLinear"), products + convolutions, name);
    assert.deepEqual([count("Gemm"), count("MatMul"), count("Conv")], [0, 0, 0], name);
    const large = [...content.initializers.values()].filter(
      ({ dims }) => dims.length >= 2 && Number(dims[0]) > 1,
    );
    assert.equal(
      large.filter(({ dataType }) => dataType === ElementType.UINT8).length,
      products + convolutions,
    );
  }
});

test("transposed weights of a Gemm are turned, and a graph without weights has no 8-bit form", async () => {
  const w = Float32Array.of(1, -2, 3, 0.5, 0.25, -4);
  const io = { inputs: { x: ["float32", ["batch", 3]] }, outputs: { y: ["float32", ["batch", 2]] } } as const;
  const feeds = { x: { data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), shape: [3, 3] } };
  const bytes = onnxModel({
    ...io,
    nodes: [["Gemm", "x w b", "y", { transB: 1 }]],
    constants: { w: { data: w, shape: [2, 3] }, b: { data: Float32Array.of(10, 20), shape: [2] } },
  });
  const quantized = quantize(bytes, "gemm.onnx");
  assert.ok(quantized);
  const { y } = await runGraph(quantized.bytes, feeds, "gemm");
  [11, 20.5, 8, 20.25, 13, 16].forEach((value, i) => {
    assert.ok(Math.abs(Number(y?.data[i]) - value) < 0.03, `${i}: ${y?.data[i]}`);
  });
  assert.equal(quantize(onnxModel({ ...io, nodes: [["Abs", "x", "y"]] }), "abs.onnx"), undefined);
});

testWithChecker();
