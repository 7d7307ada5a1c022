// The onnx engine on ONNX Runtime's WebGPU provider, on SwiftShader.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import { toOnnx } from "../../../export/onnx/index.ts";
import { openEngine } from "../../../train/engine/open.ts";
import { floats } from "../../helpers/kernels.ts";
import { useSoftwareGpu } from "../../helpers/software-gpu.ts";
import { convolutionalAutoencoder } from "./models.ts";
import { engineSuite } from "./suite.ts";

const skip = useSoftwareGpu();

engineSuite("onnx:webgpu", async () => (await openEngine("onnx:webgpu")).engine, {
  skip,
  tolerance: 1e-5,
  mode: "compiled",
});

test("an exported autoencoder gives on WebGPU what tfjs gives on its cpu backend", { skip }, async () => {
  await tf.setBackend("cpu");
  const model = convolutionalAutoencoder(tf.layers.upSampling2d({ size: [2, 2] }));
  const onnx = await toOnnx(model);
  const session = await ort.InferenceSession.create(onnx.bytes, { executionProviders: ["webgpu"] });
  for (const batch of [1, 5]) {
    const { values, shape } = floats([batch, 8, 8, 1], batch, 0, 1);
    const expected = (model.predict(tf.tensor([...values], [...shape])) as tf.Tensor).dataSync();
    const [name = ""] = session.inputNames;
    const results = await session.run({
      [name]: new ort.Tensor("float32", Float32Array.from(values), shape),
    });
    const [output = ""] = session.outputNames;
    const actual = (await results[output]?.getData()) as Float32Array;
    assert.equal(actual.length, expected.length);
    expected.forEach((value, i) => {
      assert.ok(Math.abs((actual[i] as number) - value) < 1e-5, `[${i}]: ${actual[i]} instead of ${value}`);
    });
  }
  await session.release();
});
