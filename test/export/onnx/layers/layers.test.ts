// Every layer of tfjs-layers, exported and run in ONNX Runtime at several batch sizes.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { assertExported } from "../../../helpers/exported.ts";
import { testWithChecker } from "../../../helpers/onnx-checker.ts";
import { type LayerCases, seedWeights } from "./case.ts";
import { core } from "./core.cases.ts";
import { image2d } from "./image.cases.ts";
import { merge } from "./merge.cases.ts";
import { recurrent } from "./recurrent.cases.ts";

const cases: LayerCases = { ...core, ...merge, ...recurrent, ...image2d };

/** Exports of `tf.layers` that are no layers of a model: base classes. */
const baseClasses = ["Layer", "RNN", "RNNCell"];

/** Tested in refused.test.ts. */
const refused = ["randomWidth", "categoryEncoding"];

test("every layer that tfjs exports is tried", () => {
  assert.deepEqual([...Object.keys(cases), ...baseClasses, ...refused].sort(), Object.keys(tf.layers).sort());
});

for (const [layer, variants] of Object.entries(cases)) {
  for (const [variant, { shapes, build, feed, reference }] of Object.entries(variants)) {
    test(`${layer}, ${variant}: the file gives what tfjs gives`, async () => {
      await tf.setBackend("cpu");
      const program = build();
      const isModel = program instanceof tf.LayersModel;
      if (isModel) seedWeights(program);
      await assertExported(program, {
        name: `${layer}, ${variant}`,
        feeds: (batch) => shapes.map((shape, i) => feed([batch, ...shape], 5 + i)),
        inputs: isModel ? [] : shapes.map((shape) => ({ shape: ["batch", ...shape] })),
        ...(reference ? { reference: reference(program) } : {}),
      });
      if (isModel) program.dispose();
    });
  }
}

testWithChecker();
