// The lock around ONNX Runtime's WebGPU provider. That it prevents a crash is shown in test/train/engine/webgpu/process.test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { oneThreadAtATime } from "../../../runtime/node/one-thread.ts";

test("a task's result and error come out, and the next task can start", () => {
  assert.equal(
    oneThreadAtATime(() => 1),
    1,
  );
  assert.throws(
    () =>
      oneThreadAtATime(() => {
        throw new Error("failed");
      }),
    /failed/,
  );
  assert.equal(
    oneThreadAtATime(() => 2),
    2,
  );
});
