// Which engine is taken, why the others are not, and what each 'no' says.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { eagerStep } from "../../../train/engine/eager.ts";
import type { Engine } from "../../../train/engine/engine.ts";
import {
  type EngineChoice,
  examineEngines,
  type OpenedEngine,
  openEngine,
} from "../../../train/engine/index.ts";
import { type Importer, importPackage } from "../../../train/engine/packages.ts";
import { proveEngine } from "../../../train/engine/proof.ts";
import { useSoftwareGpu } from "../../helpers/software-gpu.ts";

const noSoftwareGpu = useSoftwareGpu();

/** As where no optional package is installed. */
const nothingInstalled: Importer = async (name) => {
  throw Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
    code: "ERR_MODULE_NOT_FOUND",
  });
};

let opened: OpenedEngine | undefined;

async function open(choice: EngineChoice, importer: Importer): Promise<OpenedEngine> {
  opened = await openEngine(choice, { threads: 1, importer });
  return opened;
}

afterEach(() => opened?.engine.dispose());

test("auto passes over a GPU in software, and says so", { skip: noSoftwareGpu }, async () => {
  const webgpuInstalled: Importer = (name) =>
    name.includes("webgpu") ? importPackage(name) : nothingInstalled(name);
  const { engine, passedOver } = await open("auto", webgpuInstalled);
  assert.equal(tf.getBackend(), engine.name);
  const reasons = new Map(passedOver.map(({ name, reason }) => [name, reason]));
  for (const name of ["webgpu", "onnx:webgpu"] as const) {
    assert.match(reasons.get(name) ?? "", /SwiftShader.* imitates a GPU on the CPU/);
  }
});

test("auto without optional packages takes ONNX Runtime, with a reason for every engine before it", async () => {
  const { engine, passedOver } = await open("auto", nothingInstalled);
  assert.equal(engine.name, "onnx");
  const reasons = Object.fromEntries(passedOver.map(({ name, reason }) => [name, reason]));
  assert.equal(
    reasons["tensorflow:gpu"],
    "@tensorflow/tfjs-node-gpu is not installed: npm install @tensorflow/tfjs-node-gpu@4.22.0",
  );
  assert.equal(reasons.webgpu, "webgpu is not installed: npm install webgpu@0.6.2");
});

test("an engine asked for by name is that one, with its threads", async () => {
  const { engine, passedOver } = await open("onnx:cpu", nothingInstalled);
  const { name, device, isSoftware, threads } = engine;
  assert.deepEqual(
    { name, device, isSoftware, threads },
    { name: "onnx", device: "cpu", isSoftware: false, threads: 1 },
  );
  assert.deepEqual(passedOver, []);
});

test("an engine asked for by name that can't be had is an error that says what to install", async () => {
  await assert.rejects(open("webgpu", nothingInstalled), {
    name: "EngineError",
    message: `the engine "webgpu" can't be had here: webgpu is not installed: npm install webgpu@0.6.2`,
  });
  await assert.rejects(open("tensorflow", nothingInstalled), {
    name: "EngineError",
    message:
      `the engine "tensorflow" can't be had here: ` +
      "tensorflow:gpu: @tensorflow/tfjs-node-gpu is not installed: npm install @tensorflow/tfjs-node-gpu@4.22.0; " +
      "tensorflow:cpu: @tensorflow/tfjs-node is not installed: npm install @tensorflow/tfjs-node@4.22.0",
  });
});

test("a package that is there but does not load gives its own reason, without instructions and stacks", async () => {
  const broken: Importer = async () => {
    throw new Error(
      "libtensorflow.so.2: cannot open shared object file\nPlease run something\n    at somewhere",
    );
  };
  await assert.rejects(
    open("tensorflow", broken),
    /tfjs-node does not load: libtensorflow\.so\.2: cannot open shared object file$/,
  );
});

test("a name that no engine has is an error that lists them all", async () => {
  await assert.rejects(open("gpu" as EngineChoice, nothingInstalled), {
    name: "EngineError",
    message:
      'engine: there is no "gpu"; expected one of auto, onnx, tensorflow, tensorflow:gpu, onnx:cuda, ' +
      "onnx:webgpu, webgpu, tensorflow:cpu, onnx:cpu",
  });
});

test("an engine that computes wrong numbers does not pass the proof", async () => {
  const wrong: Engine = {
    ...{ name: "webgpu", device: "broken", isSoftware: false },
    compile: (step) => eagerStep("cpu", step),
    tensorOver: (values, shape) => tf.tensor(values, [...shape]),
    read: async (tensor) => (await tensor.data()).map((value) => value * 1.1),
    use: async () => void (await tf.setBackend("cpu")),
    dispose: async () => {},
  };
  const { numTensors } = tf.memory();
  await assert.rejects(proveEngine(wrong), {
    name: "EngineError",
    message: "it computes the loss of step 1 as 137.5 instead of 125.000",
  });
  assert.equal(tf.memory().numTensors, numTensors);
});

test("the examination tries all engines, and leaves none in use", async () => {
  const reports = await examineEngines({ threads: 1, importer: nothingInstalled });
  assert.deepEqual(
    reports.map(({ name }) => name),
    ["tensorflow:gpu", "onnx:cuda", "onnx:webgpu", "webgpu", "tensorflow:cpu", "onnx:cpu"],
  );
  assert.deepEqual(reports.at(-1), { name: "onnx:cpu", works: true, device: "cpu" });
  for (const report of reports) assert.ok(report.works || report.reason.length > 0, report.name);
  assert.equal(tf.getBackend(), "cpu");
});
