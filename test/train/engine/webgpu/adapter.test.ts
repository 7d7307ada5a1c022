// How adapters are described, and which of them are software.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeAdapter } from "../../../../train/engine/webgpu/adapter.ts";

const info = (vendor: string, architecture: string, device: string, description: string) => ({
  ...{ vendor, architecture, device, description },
});

test("an adapter is described by its driver and its maker", () => {
  assert.deepEqual(describeAdapter(info("nvidia", "ampere", "0x2204", "NVIDIA: 535.183.01")), {
    device: "webgpu: NVIDIA: 535.183.01 (nvidia ampere)",
    isSoftware: false,
  });
  assert.equal(describeAdapter(info("", "", "", "")).device, "webgpu: unnamed adapter");
});

test("software is told by its name or by WebGPU's own mark", () => {
  const software = [
    info("google", "swiftshader", "", "SwiftShader driver 5.0.0"),
    info("mesa", "", "llvmpipe (LLVM 15.0.6, 256 bits)", ""),
    info("microsoft", "", "Microsoft Basic Render Driver", ""),
    { ...info("someone", "", "", "some driver"), isFallbackAdapter: true },
  ];
  for (const one of software) assert.equal(describeAdapter(one).isSoftware, true, JSON.stringify(one));
});
