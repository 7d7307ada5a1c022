// Choosing and loading TensorFlow. Its native library is not part of this project's installation: the tests that say
// "stand-in" put tfjs's cpu backend in its place and prove the selection alone, nothing of TensorFlow.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { openEngine } from "../../../train/engine/index.ts";
import { type Importer, installedVersion } from "../../../train/engine/packages.ts";
import { supplyRemovedUtilities } from "../../../train/engine/tensorflow.ts";
import { engineSuite } from "./suite.ts";

const installed = (["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const).find(installedVersion);

engineSuite("tensorflow", async () => (await openEngine("tensorflow")).engine, {
  skip: installed ? false : "neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed",
  // GPUs round the factors of products to 10 bits.
  tolerance: 1e-2,
  mode: "eager",
});

test("what tfjs-node calls and newer Nodes lack is supplied, what is there is kept", () => {
  const own = () => true;
  const target: Record<string, (value?: unknown) => boolean> = { isArray: own };
  supplyRemovedUtilities(target);
  assert.equal(target.isArray, own);
  assert.deepEqual(
    [null, undefined, 0, ""].map((value) => target.isNullOrUndefined?.(value)),
    [true, true, false, false],
  );
});

test("stand-in for TensorFlow: the CPU package is taken where the GPU package does not load", {
  skip: installed && "TensorFlow itself is installed",
}, async (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  const asked: string[] = [];
  const importer: Importer = async (name) => {
    asked.push(name);
    // Both packages register their kernels before they look for their native library.
    registerKernels();
    if (name !== "@tensorflow/tfjs-node")
      throw new Error("libcudart.so.11.0: cannot open shared object file");
    tf.registerBackend("tensorflow", tf.findBackendFactory("cpu"));
    return {};
  };
  const { engine, passedOver } = await openEngine("tensorflow", { importer });
  assert.deepEqual(asked, ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"]);
  assert.deepEqual([engine.name, engine.device, tf.getBackend()], ["tensorflow", "cpu", "tensorflow"]);
  assert.deepEqual(passedOver, [
    {
      name: "tensorflow:gpu",
      reason: "@tensorflow/tfjs-node-gpu does not load: libcudart.so.11.0: cannot open shared object file",
    },
  ]);
  const warnings = warn.mock.calls.map(({ arguments: [text] }) => String(text));
  assert.deepEqual(
    warnings.filter((text) => text.includes("already registered")),
    [],
  );
  await engine.dispose();
  assert.equal(tf.getBackend(), "cpu");
  await assert.rejects(
    openEngine("tensorflow:gpu", { importer }),
    /@tensorflow\/tfjs-node is loaded already, and a process can have one of the two/,
  );
});

/** Those of tfjs's cpu backend, under TensorFlow's name; tfjs warns of one that is there already. */
function registerKernels(): void {
  for (const kernel of tf.getKernelsForBackend("cpu")) {
    tf.registerKernel({ ...kernel, backendName: "tensorflow" });
  }
}
