// loadRuntime end to end on a model one can do in one's head, in this thread and in a worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadOptions } from "../../../runtime/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import {
  classifierOutputs,
  switchingDecoder,
  switchingEncoder,
  switchingOutputs,
  tinyClassifier,
  tinyEncoder,
  writeTinyPackage,
} from "../../helpers/tiny-autoencoder.ts";

const images = Uint8Array.of(0, 255, 51, 51, 0, 0, 0, 0, 255, 255, 255, 255);

for (const inline of [true, false]) {
  const where = inline ? "in this thread" : "in a worker thread";

  test(`${where}: codes, pictures and errors are those worked out by hand`, async (t) => {
    const runtime = await loadRuntime(await writeTinyPackage(await temporaryFolder(t)), {
      inline,
      maxBatchSize: 2,
      device: "cpu",
    });
    assert.deepEqual(runtime.info, {
      name: "tiny",
      device: "cpu",
      dtype: "fp32",
      input: { shape: [2, 2, 1], dtype: "uint8", range: [0, 255], layout: "HWC" },
      codes: { size: 2, switches: [] },
      reconstruction: { shape: [2, 2, 1], range: [0, 1] },
      classes: undefined,
      passedOver: [],
    });
    const codes = await runtime.encode(images);
    assert.deepEqual(codes, { data: Float32Array.of(0.5, 0.2, 0, 0, 1, 1), shape: [3, 2] });
    const pictures = Float32Array.of(0.5, 0.5, 0.2, 0.2, 0, 0, 0, 0, 1, 1, 1, 1);
    assert.deepEqual(await runtime.decode(codes), { data: pictures, shape: [3, 2, 2, 1] });
    // First image: (0.5² + 0.5² + 0 + 0) / 4.
    assert.deepEqual(await runtime.reconstruct(images), {
      reconstruction: { data: pictures, shape: [3, 2, 2, 1] },
      error: Float32Array.of(0.125, 0, 0),
    });
    assert.deepEqual((await runtime.encode(images.subarray(0, 4))).shape, [1, 2]);
    assert.equal(images.length, 12, "the caller's array is still his");
    await runtime.dispose();
  });

  test(`${where}: a graph that is not ONNX is answered with the reason of each device`, async (t) => {
    const folder = await writeTinyPackage(await temporaryFolder(t), {
      encoder: { ...tinyEncoder, nodes: [["NoSuchOperator", "input", "codes"]] },
    });
    await assert.rejects(loadRuntime(folder, { inline }), {
      name: "DeviceError",
      message: /^no device can run model "tiny": .*cpu: .*NoSuchOperator/,
    });
  });

  test(`${where}: graphs that are not the manifest's are refused`, async (t) => {
    const folder = await writeTinyPackage(await temporaryFolder(t), {
      encoder: { ...tinyEncoder, inputs: { input: ["uint8", [1, 2, 2, 1]] } },
    });
    await assert.rejects(loadRuntime(folder, { inline }), {
      name: "ManifestError",
      message:
        'model "tiny": encoder input is uint8 [1,2,2,1] in the graph; expected uint8 or float32 [batch,2,2,1] by its manifest',
    });
  });

  test(`${where}: codes carry the switches that the decoder needs, and decode says when they are missing`, async (t) => {
    const folder = await writeTinyPackage(await temporaryFolder(t), {
      encoder: switchingEncoder,
      decoder: switchingDecoder,
      manifest: { outputs: switchingOutputs },
    });
    const runtime = await loadRuntime(folder, { inline, maxBatchSize: 2 });
    assert.deepEqual(runtime.info.codes.switches, switchingOutputs.switches);
    const codes = await runtime.encode(images);
    const white = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
    assert.deepEqual(codes, {
      data: Float32Array.of(0.5, 0.2, 0, 0, 1, 1),
      shape: [3, 2],
      switches: [{ data: Int32Array.from(white), shape: [3, 4] }],
    });
    assert.deepEqual((await runtime.decode(codes)).data, Float32Array.from(white));
    const two = await runtime.encode(images.subarray(4));
    assert.deepEqual((await runtime.decode(two, { transfer: true })).data, Float32Array.from(white.slice(4)));
    // Given away where there is another thread to take them, the switches as well.
    assert.equal(two.data.length, inline ? 4 : 0);
    assert.equal(two.switches?.[0]?.data.length, inline ? 8 : 0);
    const { reconstruction, error } = await runtime.reconstruct(images);
    assert.deepEqual(reconstruction.data, Float32Array.from(white));
    assert.deepEqual(error, Float32Array.of(0.02, 0, 0));
    await assert.rejects(runtime.decode(codes.data), {
      name: "InputError",
      message:
        "codes.switches[0] is missing; expected codes with the places of the encoder's maxima, " +
        "as encode() gives them, or use reconstruct()",
    });
    assert.deepEqual(await runtime.encode(new Uint8Array(0)), {
      data: new Float32Array(0),
      shape: [0, 2],
      switches: [{ data: new Int32Array(0), shape: [0, 4] }],
    });
    await runtime.dispose();
  });

  test(`${where}: a classifier names the most probable class of each item`, async (t) => {
    const folder = await writeTinyPackage(await temporaryFolder(t), {
      classifier: tinyClassifier,
      manifest: { outputs: classifierOutputs },
    });
    const runtime = await loadRuntime(folder, { inline });
    const { labels, probabilities } = await runtime.classify(images);
    assert.deepEqual(labels, ["dark", "dark", "bright"]);
    // Means of the pixels: 357 / 1020 = 0.35, 0 and 1.
    assert.deepEqual(probabilities.shape, [3, 2]);
    [0.65, 0.35, 1, 0, 0, 1].forEach((wanted, i) => {
      assert.ok(Math.abs((probabilities.data[i] ?? Number.NaN) - wanted) < 1e-6);
    });
    await runtime.dispose();
  });
}

test("a model without a classifier says so", async (t) => {
  const runtime = await loadRuntime(await writeTinyPackage(await temporaryFolder(t)), { inline: true });
  await assert.rejects(runtime.classify(images), {
    name: "InputError",
    message: 'classify() of model "tiny": it has no classifier; expected a package with classifier.onnx',
  });
  await runtime.dispose();
});

test("a variant is used where it is asked for, beside fp32 where a graph has none", async (t) => {
  const halved = {
    ...tinyEncoder.constants?.weights,
    data: Float32Array.of(0.25, 0, 0.25, 0, 0, 0.25, 0, 0.25),
  };
  const spec = {
    ...tinyEncoder,
    constants: { ...tinyEncoder.constants, weights: { ...halved, shape: [4, 2] } },
  };
  const folder = await writeTinyPackage(await temporaryFolder(t), {
    variants: [{ role: "encoder", dtype: "q8", spec }],
  });
  const runtime = await loadRuntime(folder, { inline: true, dtype: "q8" });
  assert.equal(runtime.info.dtype, "q8");
  assert.deepEqual((await runtime.encode(images.subarray(8))).data, Float32Array.of(0.5, 0.5));
  assert.deepEqual((await runtime.decode(Float32Array.of(1, 0))).data, Float32Array.of(1, 1, 0, 0));
  await runtime.dispose();
  await assert.rejects(loadRuntime(folder, { dtype: "fp16" }), {
    name: "OptionError",
    message: 'dtype is "fp16"; expected fp32 or q8, which model "tiny" has',
  });
});

test("a float model takes raw floats, and a graph may take bytes as float32", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t), {
    encoder: { ...tinyEncoder, inputs: { input: ["float32", ["batch", 2, 2, 1]] } },
  });
  const runtime = await loadRuntime(folder, { inline: true });
  assert.deepEqual((await runtime.encode(images)).data, Float32Array.of(0.5, 0.2, 0, 0, 1, 1));
  await runtime.dispose();

  const floats = await loadRuntime(
    await writeTinyPackage(folder, {
      encoder: { ...tinyEncoder, inputs: { input: ["float32", ["batch", 2, 2, 1]] } },
      manifest: { input: { shape: [2, 2, 1], dtype: "float32", range: [0, 255], layout: "HWC" } },
    }),
    { inline: true },
  );
  assert.deepEqual((await floats.reconstruct(Float32Array.from(images))).error, Float32Array.of(0.125, 0, 0));
  await floats.dispose();
});

test("options out of range are refused by name", async () => {
  const refused = (options: object, message: string | RegExp) =>
    assert.rejects(loadRuntime("/nowhere", options as LoadOptions), { name: "OptionError", message });
  await refused({ device: "tpu" }, 'device is "tpu"; expected auto or cuda or webgpu or cpu');
  await refused({ threads: 0 }, "threads is 0; expected a whole number, at least 1");
  await refused({ devise: "cpu" }, /^unknown option devise is "cpu"; expected one of .*\bdevice\b/);
  await refused({ maxBatchSize: 1.5 }, "maxBatchSize is 1.5; expected a whole number, at least 1");
  await refused({ maxQueueDelay: -1 }, "maxQueueDelay is -1; expected milliseconds from 0 to 2147483647");
  await refused({ maxQueueSize: 0 }, "maxQueueSize is 0; expected a whole number, at least 1, or Infinity");
  await refused({ timeout: 0 }, "timeout is 0; expected milliseconds above 0 up to 2147483647, or Infinity");
  await refused({ workers: 0 }, "workers is 0; expected a whole number, at least 1");
  await refused(
    { workers: 2, inline: true },
    "workers is 2; expected 1 with inline, which starts no threads",
  );
  await refused({ inline: 1 }, "inline is 1; expected true or false");
  await refused({ onProgress: "x" }, 'onProgress is "x"; expected a function');
  await refused({ signal: {} }, "signal is a Object; expected an AbortSignal");
  await refused(null as unknown as object, "options is null; expected an object");
  await refused({ dtype: "int8" }, 'dtype is "int8"; expected fp32 or fp16 or q8');
});
