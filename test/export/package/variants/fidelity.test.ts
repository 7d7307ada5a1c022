// How far a variant is from its original: worked out by hand.
import assert from "node:assert/strict";
import test from "node:test";
import { measureFidelity, runGraph } from "../../../../export/package/variants/fidelity.ts";
import { makeVariant } from "../../../../export/package/variants/variant.ts";
import { onnxModel } from "../../../helpers/onnx-models.ts";

const rows = (...data: number[]) => ({ data: Float32Array.from(data), shape: [data.length / 2, 2] });

test("differences are over all values, the cosine is the mean of the rows'", () => {
  const fidelity = measureFidelity({ y: rows(1, 0, 3, 4, 0, 0) }, { y: rows(0, 2, 6, 8, 0, 0) }, "m");
  assert.deepEqual(fidelity, { maxAbs: 4, meanAbs: (1 + 2 + 3 + 4) / 6, cosine: (0 + 1 + 1) / 3, items: 3 });
});

test("a row that is zero on one side alone has nothing in common with the other", () => {
  assert.equal(measureFidelity({ y: rows(0, 0, 1, 1) }, { y: rows(1, 0, 1, 1) }, "m").cosine, 0.5);
});

test("of several outputs the worst counts, and whole numbers are not compared", () => {
  const switches = { data: Int32Array.of(1, 2), shape: [1, 2] };
  const expected = { a: rows(1, 0), b: rows(1, 0), switches };
  const actual = { a: rows(1, 0), b: rows(0, 1), switches: { ...switches, data: Int32Array.of(7, 7) } };
  assert.deepEqual(measureFidelity(expected, actual, "m"), { maxAbs: 1, meanAbs: 0.5, cosine: 0, items: 1 });
});

test("an output that is not finite is told with its value", () => {
  assert.throws(
    () => measureFidelity({ y: rows(1, 2) }, { y: rows(1, Number.POSITIVE_INFINITY) }, "m.fp16.onnx"),
    {
      name: "VariantError",
      message: "m.fp16.onnx: output y is Infinity where float32 gives 2; expected a finite number",
    },
  );
});

test("an ONNX file that cannot be read, loaded, fed or run is told by name", async () => {
  const feeds = { x: { data: Float32Array.of(1, 2), shape: [1, 2] } };
  await assert.rejects(runGraph(Uint8Array.of(1, 2, 3), feeds, "m.onnx"), {
    name: "VariantError",
    message: /^m\.onnx: ONNX Runtime cannot load it: /,
  });
  const abs = onnxModel({
    inputs: { x: ["float32", ["batch", 2]] },
    outputs: { y: ["float32", ["batch", 2]] },
    nodes: [["Abs", "x", "y"]],
  });
  await assert.rejects(runGraph(abs, {}, "m.onnx"), {
    message: "m.onnx: there are no samples for its input x",
  });
  const wrong = { x: { data: Float32Array.of(1, 2, 3), shape: [1, 3] } };
  await assert.rejects(runGraph(abs, wrong, "m.onnx"), { message: /^m\.onnx: ONNX Runtime cannot run it: / });
  await assert.rejects(makeVariant({ fileName: "m.onnx", bytes: Uint8Array.of(255) }, "fp16", feeds, {}), {
    name: "VariantError",
    message: /^m\.onnx: is no ONNX model/,
  });
});

test("a variant whose outputs are of no use is refused with the figure", async () => {
  // The difference of two large, nearly equal products: 8 bits can't hold it.
  const bytes = onnxModel({
    inputs: { x: ["float32", ["batch", 2]] },
    outputs: { y: ["float32", ["batch", 2]] },
    nodes: [["MatMul", "x w", "y"]],
    constants: { w: { data: Float32Array.of(1000, 1000, -1000.5, -999.5), shape: [2, 2] } },
  });
  const data = Float32Array.from({ length: 40 }, (_, i) => 1 + Math.floor(i / 2) / 20);
  const feeds = { x: { data, shape: [20, 2] } };
  const expected = await runGraph(bytes, feeds, "m.onnx");
  await assert.rejects(makeVariant({ fileName: "m.onnx", bytes }, "q8", feeds, expected), {
    name: "VariantError",
    message:
      /^m\.q8\.onnx: its outputs have a mean cosine of -?\d\.\d{4} with those of m\.onnx; expected at least 0\.95: leave q8 out$/,
  });
});
