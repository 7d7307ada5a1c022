// Every layer of tfjs-layers, exported and run in ONNX Runtime at several batch sizes.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { assertExported } from "../../../helpers/exported.ts";
import { testWithChecker } from "../../../helpers/onnx-checker.ts";
import { feedsOf, type LayerCases, seedWeights } from "./case.ts";
import { core } from "./core.cases.ts";
import { image2d } from "./image.cases.ts";
import { merge } from "./merge.cases.ts";
import { recurrent } from "./recurrent.cases.ts";

const cases: LayerCases = { ...core, ...merge, ...recurrent, ...image2d };

/** Exports of `tf.layers` that are no layers of a model: base classes. */
const baseClasses = ["Layer", "RNN", "RNNCell"];

/** Tested in refused.test.ts. */
const refused = ["randomWidth"];

test("every layer that tfjs exports is tried", () => {
  assert.deepEqual([...Object.keys(cases), ...baseClasses, ...refused].sort(), Object.keys(tf.layers).sort());
});

for (const [layer, variants] of Object.entries(cases)) {
  for (const [variant, { build, feed }] of Object.entries(variants)) {
    test(`${layer}, ${variant}: the file gives what the model predicts`, async () => {
      await tf.setBackend("cpu");
      const model = build();
      seedWeights(model);
      const feeds = (batch: number) => feedsOf(model, feed, batch);
      await assertExported(model, { name: `${layer}, ${variant}`, feeds });
      model.dispose();
    });
  }
}

testWithChecker();
