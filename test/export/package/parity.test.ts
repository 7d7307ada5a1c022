// Graphs are held against expected outputs, in batches of all and of one.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { PackageGraph } from "../../../export/package/index.ts";
import { checkGraph } from "../../../export/package/parity.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyDecoder, tinyEncoder } from "../../helpers/tiny-autoencoder.ts";
import { tinyDecoderGraph, tinyEncoderGraph } from "../../helpers/tiny-content.ts";

async function check(t: TestContext, graph: PackageGraph, tolerance = 1e-4): Promise<number> {
  const path = join(await temporaryFolder(t), graph.fileName);
  await writeFile(path, graph.bytes);
  return checkGraph(path, graph.check, tolerance);
}

test("graphs that compute what was worked out by hand pass, with a difference of rounding only", async (t) => {
  assert.ok((await check(t, tinyEncoderGraph())) < 1e-7);
  assert.equal(await check(t, tinyDecoderGraph()), 0);
});

test("the difference is measured, and refused only above the tolerance", async (t) => {
  const graph = tinyEncoderGraph();
  const codes = { data: Float32Array.of(0.5, 0.2, 0, 0, 1, 1.25), shape: [3, 2] };
  const shifted = { ...graph, check: { ...graph.check, expected: { codes } } };
  assert.equal(await check(t, shifted, 0.25), 0.25);
  await assert.rejects(check(t, shifted, 0.2), {
    name: "ParityError",
    message:
      "encoder.onnx: output codes differs from tfjs by up to 0.25, at [2, 1] (1 instead of 1.25, batch of 3); " +
      "expected at most 0.2",
    difference: {
      graph: "encoder.onnx",
      output: "codes",
      maxAbs: 0.25,
      index: [2, 1],
      expected: 1.25,
      actual: 1,
      batchSize: 3,
    },
  });
});

test("a graph that is only right for the whole batch is caught by its last sample alone", async (t) => {
  // Its codes are divided by the largest pixel of the batch, which is 255 as long as the white image is in it.
  const graph = tinyEncoderGraph({
    ...tinyEncoder,
    nodes: [
      ["Cast", "input", "bytes", { to: 1 }],
      ["ReduceMax", "bytes", "largest", { keepdims: 0 }],
      ["Div", "bytes largest", "scaled"],
      ...tinyEncoder.nodes.slice(2),
    ],
  });
  const data = Uint8Array.of(255, 255, 255, 255, 0, 255, 51, 51, 51, 51, 51, 51);
  const codes = { data: Float32Array.of(1, 1, 0.5, 0.2, 0.2, 0.2), shape: [3, 2] };
  const feeds = { input: { data, shape: [3, 2, 2, 1] } };
  await assert.rejects(check(t, { ...graph, check: { feeds, expected: { codes } } }), {
    name: "ParityError",
    message: /^encoder\.onnx: output codes differs from tfjs by up to 0\.79999.*, at \[2, 0\] .*batch of 1/,
  });
});

test("a graph with a fixed batch is refused", async (t) => {
  const graph = tinyDecoderGraph({
    ...tinyDecoder,
    constants: { ...tinyDecoder.constants, picture: { data: BigInt64Array.of(3n, 2n, 2n, 1n), shape: [4] } },
  });
  await assert.rejects(check(t, graph), {
    name: "GraphCheckError",
    message: /^decoder\.onnx: cannot run on codes \[1, 2\]: /,
  });
});

test("files that are no graph, and outputs that are missing, unexpected or of another shape, are refused", async (t) => {
  const graph = tinyEncoderGraph();
  const { feeds, expected } = graph.check;
  const refused = (changed: Partial<PackageGraph>, message: string | RegExp) =>
    assert.rejects(check(t, { ...graph, ...changed }), { name: "GraphCheckError", message });
  const codes = expected.codes ?? assert.fail();
  await refused({ bytes: Uint8Array.of(1, 2, 3) }, /^encoder\.onnx: ONNX Runtime cannot load it: /);
  await refused(
    { check: { feeds, expected: { ...expected, extra: codes } } },
    "encoder.onnx: has no output extra; it has codes",
  );
  await refused(
    { check: { feeds, expected: { other: codes } } },
    "encoder.onnx: check.expected lacks the output codes of the graph",
  );
  await refused(
    { check: { feeds, expected: { codes: { data: codes.data, shape: [3, 1, 2] } } } },
    "encoder.onnx: output codes has shape [3, 2]; expected [3, 1, 2]",
  );
  await refused(
    { check: { feeds: { input: { data: new Float32Array(12), shape: [3, 2, 2, 1] } }, expected } },
    /^encoder\.onnx: cannot run on input \[3, 2, 2, 1\]: /,
  );
});

test("samples that prove nothing or do not fit are refused", async (t) => {
  const graph = tinyDecoderGraph();
  const { feeds, expected } = graph.check;
  const refused = (changed: PackageGraph["check"], message: string) =>
    assert.rejects(check(t, { ...graph, check: changed }), { name: "PackageOptionError", message });
  await refused(
    { feeds: { codes: { data: new Float32Array(2), shape: [1, 2] } }, expected },
    "decoder.onnx: check.feeds holds 1 samples; expected at least 2, to try batches of 1 and of all",
  );
  await refused(
    { feeds, expected: {} },
    "decoder.onnx: check.expected is empty; expected every output that tfjs computed",
  );
  await refused(
    { feeds, expected: { reconstruction: { data: new Float32Array(8), shape: [2, 2, 2, 1] } } },
    "decoder.onnx: check.expected.reconstruction has shape [2, 2, 2, 1] and 8 values; expected 3 samples",
  );
});
