// loadRuntime end to end on a model one can do in one's head, in this thread and in a worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadOptions } from "../../../runtime/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyDecoder, tinyEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const images = Uint8Array.of(0, 255, 51, 51, 0, 0, 0, 0, 255, 255, 255, 255);

for (const inline of [true, false]) {
  const where = inline ? "in this thread" : "in a worker thread";

  test(`${where}: codes, pictures and errors are those worked out by hand`, async (t) => {
    const runtime = await loadRuntime(await writeTinyPackage(await temporaryFolder(t)), {
      inline,
      batchSize: 2,
    });
    assert.deepEqual(runtime.info, {
      name: "tiny",
      device: "cpu",
      dtype: "fp32",
      input: { shape: [2, 2, 1], dtype: "uint8", range: [0, 255], layout: "HWC" },
      codes: { size: 2 },
      reconstruction: { shape: [2, 2, 1], range: [0, 1] },
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
      message: /^no device can run model "tiny": cpu: .*NoSuchOperator/,
    });
  });

  test(`${where}: graphs that are not the manifest's are refused`, async (t) => {
    const folder = await writeTinyPackage(await temporaryFolder(t), {
      encoder: { ...tinyEncoder, inputs: { input: ["uint8", [1, 2, 2, 1]] } },
    });
    await assert.rejects(loadRuntime(folder, { inline }), {
      name: "ManifestError",
      message: 'model "tiny": encoder input has shape [1, 2, 2, 1] in the graph; expected [batch, 2, 2, 1]',
    });
  });

  test(`${where}: what the encoder gives besides codes goes to the decoder, and decode says what it lacks`, async (t) => {
    const folder = await writeTinyPackage(await temporaryFolder(t), {
      encoder: {
        ...tinyEncoder,
        outputs: { ...tinyEncoder.outputs, switches_0: ["int64", ["batch", 4]] },
        nodes: [...tinyEncoder.nodes, ["Cast", "rows", "switches_0", { to: 7 }]],
      },
      decoder: {
        ...tinyDecoder,
        inputs: { ...tinyDecoder.inputs, switches_0: ["int64", ["batch", 4]] },
        nodes: [
          ["Cast", "switches_0", "whole", { to: 1 }],
          ["Reshape", "whole picture", "reconstruction"],
        ],
      },
    });
    const runtime = await loadRuntime(folder, { inline });
    // Pixels below 255 are 0 as whole numbers, so the white image is the only one to come back.
    const { reconstruction, error } = await runtime.reconstruct(images);
    assert.deepEqual(reconstruction.data, Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1));
    assert.deepEqual(error, Float32Array.of(0.02, 0, 0));
    await assert.rejects(runtime.decode(new Float32Array(2)), {
      name: "InputError",
      message:
        'decode: the decoder of model "tiny" also needs the encoder\'s switches_0, which codes alone do not hold; ' +
        "use reconstruct()",
    });
    await runtime.dispose();
  });
}

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
  const refused = (options: object, message: string) =>
    assert.rejects(loadRuntime("/nowhere", options as LoadOptions), { name: "OptionError", message });
  await refused({ device: "tpu" }, 'device is "tpu"; expected auto or cpu');
  await refused({ threads: 0 }, "threads is 0; expected a whole number, at least 1");
  await refused(
    { devise: "cpu" },
    'unknown option devise is "cpu"; expected device, threads, batchSize and inline alone',
  );
  await assert.rejects(loadRuntime(5 as unknown as string), {
    message: "folder is 5; expected the path of a package",
  });
  await refused({ batchSize: 1.5 }, "batchSize is 1.5; expected a whole number, at least 1");
});
