// Reconstruction errors against numbers worked out by hand.
import assert from "node:assert/strict";
import test from "node:test";
import { ReconstructionMeter } from "../../../train/evaluation/reconstruction.ts";

test("errors are summed over an item and averaged over items, whatever the blocks", () => {
  const meter = new ReconstructionMeter([2, 1, 1]);
  meter.add(Float32Array.of(0, 1, 0.5, 0.5), Float32Array.of(0, 0, 0, 1));
  meter.add(Float32Array.of(1, 1), Float32Array.of(1, 0.5));
  assert.deepEqual([...meter.squaredErrors()], [1, 0.5, 0.25]);
  const { sse, mse, psnr, ssim } = meter.scores();
  assert.equal(sse, 1.75 / 3);
  assert.equal(mse, 1.75 / 6);
  assert.ok(psnr !== null && Math.abs(psnr - 10 * Math.log10(6 / 1.75)) < 1e-12);
  assert.equal(ssim, null, "too small for a window");
});

test("what is no picture has no PSNR and no SSIM", () => {
  const meter = new ReconstructionMeter([400]);
  meter.add(new Float32Array(400), new Float32Array(400).fill(0.1));
  const { psnr, ssim, sse } = meter.scores();
  assert.deepEqual([psnr, ssim], [null, null]);
  assert.ok(Math.abs(sse - 4) < 1e-5);
});

test("SSIM is the mean over items", () => {
  const meter = new ReconstructionMeter([11, 11, 1]);
  const [dark, bright] = [new Float32Array(121).fill(0.25), new Float32Array(121).fill(0.75)];
  meter.add(dark, dark);
  meter.add(dark, bright);
  const flat = (2 * 0.25 * 0.75 + 1e-4) / (0.25 ** 2 + 0.75 ** 2 + 1e-4);
  assert.ok(Math.abs((meter.scores().ssim ?? 0) - (1 + flat) / 2) < 1e-6);
});
