// How items of a shape are shown.
import assert from "node:assert/strict";
import test from "node:test";
import { kindOf } from "../../../train/report/kind.ts";

test("three dimensions are a picture, two large ones too, all else are signals", () => {
  assert.deepEqual(kindOf([28, 20, 3]), { kind: "picture", shape: [28, 20, 3] });
  assert.deepEqual(kindOf([28, 28]), { kind: "picture", shape: [28, 28, 1] });
  assert.deepEqual(kindOf([1024, 2]), { kind: "signal", length: 1024, channels: 2 });
  assert.deepEqual(kindOf([9]), { kind: "signal", length: 9, channels: 1 });
});
