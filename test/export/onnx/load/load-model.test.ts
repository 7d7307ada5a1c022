// Models from disk, and what is said of files that are not right.
import assert from "node:assert/strict";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import * as tf from "@tensorflow/tfjs";
import {
  loadModel,
  ModelFormatError,
  ModelNotFoundError,
  RegisterModuleError,
  UnknownLayerError,
  WeightsLengthError,
  WeightsNotFoundError,
} from "../../../../export/onnx/load/index.ts";
import { savedLayersModel, writeSavedModel } from "../../../helpers/saved-model.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

await tf.setBackend("cpu");

/** 4·3 + 3 = 15 numbers: 60 bytes. */
function smallModel(): tf.Sequential {
  return tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], activation: "tanh" })] });
}

async function saveSmall(t: TestContext, shards = 1) {
  const model = smallModel();
  const file = await writeSavedModel(await temporaryFolder(t), await savedLayersModel(model, shards));
  return { model, file };
}

async function edit(file: string, change: (json: Record<string, unknown>) => object): Promise<void> {
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, "utf8")))));
}

function predict(model: tf.LayersModel | tf.GraphModel): number[] {
  const result = model.predict(tf.tensor2d([[1, -2, 3, 0.5]])) as tf.Tensor;
  return Array.from(result.dataSync());
}

for (const shards of [1, 3]) {
  test(`a layers model comes back with its weights from ${shards} files`, async (t) => {
    const { model, file } = await saveSmall(t, shards);
    const loaded = await loadModel(file);
    assert.ok(loaded instanceof tf.LayersModel);
    assert.deepEqual(predict(loaded), predict(model));
  });
}

test("a layers model of an older tfjs, which does not say its format, is recognized", async (t) => {
  const { model, file } = await saveSmall(t);
  await edit(file, ({ format: _, ...rest }) => rest);
  assert.deepEqual(predict(await loadModel(file)), predict(model));
});

test("weights quantized to bytes are scaled back", async (t) => {
  const saved = await savedLayersModel(smallModel());
  const weights = saved.weights.map(({ spec }) => ({
    spec: {
      ...spec,
      quantization: { dtype: "uint8", scale: 0.5, min: -1, original_dtype: "float32" } as const,
    },
    bytes: new Uint8Array(tf.util.sizeFromShape(spec.shape)).fill(3),
  }));
  const file = await writeSavedModel(await temporaryFolder(t), { ...saved, weights });
  const [kernel, bias] = ((await loadModel(file)) as tf.LayersModel).getWeights();
  // 3 · 0.5 - 1
  assert.deepEqual(Array.from(kernel?.dataSync() ?? []), new Array(12).fill(0.5));
  assert.deepEqual(Array.from(bias?.dataSync() ?? []), new Array(3).fill(0.5));
});

test("a missing model file is named", async (t) => {
  const file = join(await temporaryFolder(t), "model.json");
  await assert.rejects(loadModel(file), {
    name: ModelNotFoundError.name,
    message: `${file}: there is no such file; expected the model.json of a tfjs model`,
  });
});

test("a folder in the place of the model file is named", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(loadModel(folder), {
    name: ModelFormatError.name,
    message: `${folder}: is a folder; expected a model.json in it`,
  });
});

test("a file that is not JSON is told from one that is", async (t) => {
  const file = join(await temporaryFolder(t), "model.json");
  await writeFile(file, "PK\u0003\u0004");
  await assert.rejects(loadModel(file), (error: Error) => {
    assert.equal(error.name, ModelFormatError.name);
    assert.ok(error.message.startsWith(`${file}: is not JSON: `), error.message);
    return true;
  });
});

for (const [what, content] of [
  ["an empty object", {}],
  ["a list", []],
  ["a package.json", { name: "x", version: "1.0.0" }],
  ["another format", { format: "tflite", modelTopology: {}, weightsManifest: [] }],
] as const) {
  test(`${what} is neither of the two formats`, async (t) => {
    const file = join(await temporaryFolder(t), "model.json");
    await writeFile(file, JSON.stringify(content));
    await assert.rejects(loadModel(file), {
      name: ModelFormatError.name,
      message: `${file}: is neither a layers model nor a graph model; expected a model.json as tfjs or its converter writes it`,
    });
  });
}

test("a model without weights is refused: tfjs would fill it with random ones", async (t) => {
  const { file } = await saveSmall(t);
  await edit(file, ({ weightsManifest: _, ...rest }) => rest);
  await assert.rejects(loadModel(file), {
    name: ModelFormatError.name,
    message: `${file}: weightsManifest: expected "weightsManifest", got undefined`,
  });
});

test("a weights file that is missing is named", async (t) => {
  const { file } = await saveSmall(t, 2);
  await rm(join(dirname(file), "group1-shard2of2.bin"));
  await assert.rejects(loadModel(file), {
    name: WeightsNotFoundError.name,
    message: `${file}: the weights file group1-shard2of2.bin is missing; it belongs beside the model file`,
  });
});

test("weights that were cut off are refused with both lengths", async (t) => {
  const { file } = await saveSmall(t);
  await truncate(join(dirname(file), "group1-shard1of1.bin"), 57);
  await assert.rejects(loadModel(file), {
    name: WeightsLengthError.name,
    message:
      `${file}: weights are short: expected 60 bytes, found 57 in group1-shard1of1.bin; ` +
      "save or copy the model again, with all its files",
  });
});

test("weights of another, larger model are refused", async (t) => {
  const { file } = await saveSmall(t, 2);
  await writeFile(join(dirname(file), "group1-shard2of2.bin"), new Uint8Array(100));
  await assert.rejects(loadModel(file), {
    name: WeightsLengthError.name,
    message:
      `${file}: weights are too long: expected 60 bytes, found 130 in group1-shard1of2.bin, group1-shard2of2.bin; ` +
      "save or copy the model again, with all its files",
  });
});

test("weights that do not fit the layers are refused", async (t) => {
  const { file } = await saveSmall(t);
  await edit(file, (json) => {
    const text = JSON.stringify(json);
    return JSON.parse(text.replace('"units":3', '"units":5'));
  });
  await assert.rejects(loadModel(file), (error: Error) => {
    assert.equal(error.name, ModelFormatError.name);
    assert.match(error.message, /^.*model\.json: tfjs cannot load it: .*[Ss]hape/);
    return true;
  });
});

const doubler = new URL("../../../helpers/register-doubler.ts", import.meta.url).pathname;

test("a layer class of the user's is asked for, then taken from the module that registers it", async (t) => {
  const saved = await savedLayersModel(smallModel());
  const topology = JSON.parse(JSON.stringify(saved.topology));
  const layer = { class_name: "Doubler", config: { name: "doubler", trainable: true, dtype: "float32" } };
  topology.config.layers.push(layer);
  const file = await writeSavedModel(await temporaryFolder(t), { ...saved, topology });
  await assert.rejects(loadModel(file), {
    name: UnknownLayerError.name,
    message: `${file}: unknown layer class Doubler; give a module that registers it with tf.serialization.registerClass(): --register module`,
  });
  const idle = join(await temporaryFolder(t), "idle.mjs");
  await writeFile(idle, "export const nothing = 0;");
  await assert.rejects(loadModel(file, { register: idle }), {
    name: UnknownLayerError.name,
    message: `${file}: unknown layer class Doubler; ${idle} does not register it; its default export may be a function that is given our tf`,
  });
  const [loaded, plain] = [
    await loadModel(file, { register: doubler }),
    await loadModel(await writeSavedModel(await temporaryFolder(t), saved)),
  ];
  assert.deepEqual(
    predict(loaded),
    predict(plain).map((value) => value * 2),
  );
});

test("a register module may export a function that is given tfjs", async (t) => {
  const { file } = await saveSmall(t);
  const module = join(await temporaryFolder(t), "register.mjs");
  await writeFile(module, "export default (tf) => { globalThis.givenTf = tf.version_core; };");
  await loadModel(file, { register: module });
  assert.equal((globalThis as { givenTf?: string }).givenTf, tf.version_core);
});

test("a register module that cannot be imported is named with the reason", async (t) => {
  const { file } = await saveSmall(t);
  const module = join(await temporaryFolder(t), "register.mjs");
  await writeFile(module, "throw new Error('no licence');");
  await assert.rejects(loadModel(file, { register: module }), {
    name: RegisterModuleError.name,
    message: `--register ${module}: cannot be imported: no licence`,
  });
});
