// `latentkit doctor`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { skipWithout, softwareGpu } from "../../helpers/requirements.ts";

const program = fileURLToPath(new URL("../../../scripts/latentkit.ts", import.meta.url));

// A process of its own: providers print to its native streams and stay loaded.
function doctor(options: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const args = ["--import", "tsx", program, "doctor", ...options];
  return spawnSync(process.execPath, args, { encoding: "utf8", env });
}

const EngineSchema = v.variant("works", [
  v.object({
    name: v.string(),
    works: v.literal(true),
    device: v.pipe(v.string(), v.nonEmpty()),
    reason: v.optional(v.pipe(v.string(), v.nonEmpty())),
  }),
  v.object({ name: v.string(), works: v.literal(false), reason: v.pipe(v.string(), v.nonEmpty()) }),
]);

const ReportSchema = v.object({
  latentkit: v.string(),
  machine: v.object({ node: v.string(), platform: v.string(), cores: v.number() }),
  onnxruntime: v.string(),
  packages: v.record(v.string(), v.nullable(v.string())),
  engines: v.array(EngineSchema),
  auto: v.string(),
});

test("doctor --json tells machine and versions, and a reason for whatever does not work", () => {
  const { status, stdout } = doctor(["--json"]);
  assert.equal(status, 0);
  const report = v.parse(ReportSchema, JSON.parse(stdout));
  assert.equal(report.machine.node, process.versions.node);
  assert.match(report.onnxruntime, /^1\.\d+\.\d+/);
  assert.match(report.packages.webgpu ?? "", /^0\.\d+\.\d+/);
  assert.deepEqual(
    report.engines.map(({ name }) => name),
    ["tensorflow:gpu", "onnx:cuda", "onnx:webgpu", "webgpu", "tensorflow:cpu", "onnx:cpu"],
  );
  assert.deepEqual(report.engines.at(-1), { name: "onnx:cpu", works: true, device: "cpu" });
  const taken = report.engines.find((engine) => engine.works && !engine.reason);
  assert.equal(report.auto, taken?.name);
});

const gpu = softwareGpu();

test("doctor finds a GPU in software, and why auto does not take it", { skip: skipWithout(gpu) }, () => {
  assert.ok(gpu.available);
  const { status, stdout } = doctor(["--json"], { ...process.env, VK_ICD_FILENAMES: gpu.path });
  assert.equal(status, 0);
  const { engines, auto } = v.parse(ReportSchema, JSON.parse(stdout));
  for (const name of ["webgpu", "onnx:webgpu"]) {
    const engine = engines.find((one) => one.name === name);
    assert.ok(engine?.works, `${name} does not work: ${engine?.reason}`);
    assert.match(engine.device, /^webgpu: SwiftShader/);
    assert.match(engine.reason ?? "", /imitates a GPU/);
    assert.notEqual(auto, name);
  }
});

test("doctor shows the same as tables", () => {
  const { status, stdout } = doctor([]);
  assert.equal(status, 0);
  assert.match(stdout, new RegExp(`^node +${process.versions.node}$`, "m"));
  assert.match(stdout, /^engine +works +device +why not$/m);
  assert.match(stdout, /^onnx:cpu +yes +cpu$/m);
  assert.match(stdout, /^tensorflow:cpu +(no .* is not installed: npm install |yes)/m);
  assert.match(stdout, /^auto takes \S+$/m);
});
