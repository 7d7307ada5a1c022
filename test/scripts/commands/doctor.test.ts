import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as v from "valibot";

const program = fileURLToPath(new URL("../../../scripts/latentkit.ts", import.meta.url));

// A process of its own: providers print to its native streams and stay loaded.
function doctor(...options: string[]) {
  const args = ["--import", "tsx", program, "doctor", ...options];
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}

const ProbeSchema = v.variant("works", [
  v.object({ name: v.string(), works: v.literal(true) }),
  v.object({ name: v.string(), works: v.literal(false), reason: v.pipe(v.string(), v.nonEmpty()) }),
]);

const ReportSchema = v.object({
  latentkit: v.string(),
  machine: v.object({ node: v.string(), platform: v.string(), cores: v.number() }),
  onnxruntime: v.string(),
  providers: v.array(ProbeSchema),
  packages: v.array(ProbeSchema),
});

test("doctor --json tells machine and versions, and a reason for whatever does not work", () => {
  const { status, stdout } = doctor("--json");
  assert.equal(status, 0);
  const report = v.parse(ReportSchema, JSON.parse(stdout));
  assert.equal(report.machine.node, process.versions.node);
  assert.match(report.onnxruntime, /^1\.\d+\.\d+/);
  assert.deepEqual(
    report.providers.map(({ name }) => name),
    ["cuda", "webgpu", "cpu"],
  );
  assert.deepEqual(report.providers.at(-1), { name: "cpu", works: true });
});

test("doctor shows the same as tables", () => {
  const { status, stdout } = doctor();
  assert.equal(status, 0);
  assert.match(stdout, new RegExp(`^node +${process.versions.node}$`, "m"));
  assert.match(stdout, /^provider +works +why not$/m);
  assert.match(stdout, /^cpu +yes$/m);
  assert.match(stdout, /^@tensorflow\/tfjs-node +(no +not installed|yes)/m);
});
