// What WebGPU does to a process: it lets it end, and two threads may use it at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runFile } from "../../../helpers/process.ts";
import { skipWithout, softwareGpu } from "../../../helpers/requirements.ts";

const skip = skipWithout(softwareGpu());

for (const choice of ["webgpu", "onnx:webgpu"]) {
  test(`a process that has disposed of its ${choice} engine ends, though it still holds the object`, {
    skip,
  }, () => {
    const { status, signal, stdout, stderr } = runFile(new URL("disposed.ts", import.meta.url), choice);
    assert.deepEqual([status, signal], [0, null], stderr);
    assert.match(stdout, /^webgpu: SwiftShader/);
  });

  test(`two threads train on ${choice} at once, to the same loss`, { skip }, () => {
    const { status, signal, stdout, stderr } = runFile(new URL("two-threads.ts", import.meta.url), choice);
    assert.deepEqual([status, signal], [0, null], stderr);
    const [first, second] = stdout.split("\n");
    assert.ok(Number(first) > 0, stdout);
    assert.equal(first, second);
  });
}
