// The scale `standard`.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { memoryDataset } from "../../../data/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { train } from "../../../train/index.ts";
import { standardScale } from "../../../train/run/standard-scale.ts";
import { npyOfFloats } from "../../helpers/npy-files.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const rows = (count: number, of: (i: number) => number) =>
  Float32Array.from({ length: 2 * count }, (_, i) => of(i));

test("the range becomes mean and one deviation more, over all values of all items", async () => {
  const values = [5, 9, 5, 9];
  const dataset = memoryDataset({
    name: "four",
    shape: [2],
    range: [0, 10],
    data: Float32Array.from(values),
  });
  const scaled = await standardScale(dataset);
  assert.deepEqual(scaled.range, [7, 9]);
  assert.deepEqual([...(await scaled.read(0, 2))], values);
  assert.equal(scaled.name, "four");
});

test("of many items ten thousand are measured, from the whole of the dataset", async () => {
  const data = rows(30_000, (i) => (i < 30_000 ? 1 : 3));
  const scaled = await standardScale(memoryDataset({ name: "many", shape: [2], range: [0, 4], data }));
  assert.deepEqual(scaled.range, [2, 3]);
});

test("values that are all the same have no scale", async () => {
  const data = rows(100, () => 0.1);
  await assert.rejects(standardScale(memoryDataset({ name: "flat", shape: [2], range: [0, 1], data })), {
    name: "EmptyDatasetError",
    message: /^flat: all values are 0\.1\d*; expected values that vary, for scale standard$/,
  });
});

test("pictures keep the range that apps bring pixels to", async () => {
  const bytes = memoryDataset({ name: "bytes", shape: [2], range: [0, 255], data: Uint8Array.of(1, 2) });
  await assert.rejects(standardScale(bytes), {
    name: "ConfigError",
    message: 'config: scale is "standard"; expected range for bytes, whose uint8 items of [2] are pictures',
  });
  const floats = { name: "floats", shape: [1, 2, 1], range: [0, 1] as const, data: Float32Array.of(0, 1) };
  await assert.rejects(standardScale(memoryDataset(floats)), { name: "ConfigError" });
});

test("a model trained so takes raw values, and its error is a share of their variance", async (t) => {
  const folder = await temporaryFolder(t);
  // In a small part of its range, far from 0, as signals are.
  const items = Array.from({ length: 200 }, (_, i) =>
    Array.from({ length: 4 }, (_, d) => 1000 + Math.sin(0.9 * i + d)),
  );
  await writeFile(join(folder, "x.npy"), npyOfFloats(items));
  const data = `${join(folder, "x.npy")}?range=0,2000`;
  const run = await train(
    {
      ...{ data, scale: "standard", epochs: 60, batchSize: 20, optimizer: { learningRate: 0.02 } },
      model: { architecture: "linear", code: 2 },
    },
    { folder: join(folder, "run") },
  );
  const { input } = JSON.parse(await readFile(join(run.package.folder, "latentkit.json"), "utf8"));
  const values = items.flat();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(input.range[0] - mean) < 1e-4);
  assert.ok(Math.abs(input.range[1] - input.range[0] - Math.sqrt(variance)) < 1e-4);
  const runtime = await loadRuntime(run.package.folder, { inline: true });
  const { reconstruction, error } = await runtime.reconstruct(Float32Array.from(items[3] as number[]));
  await runtime.dispose();
  const [low, high] = input.range;
  const squares = (items[3] as number[]).map((value, i) => {
    return (value - (low + (high - low) * (reconstruction.data[i] as number))) ** 2;
  });
  const expected = squares.reduce((sum, one) => sum + one, 0) / 4 / variance;
  assert.ok(Math.abs((error[0] as number) - expected) < 1e-4);
  // Two numbers are all there is to a sine of one frequency.
  assert.ok((run.history.at(-1)?.loss ?? 1) < 1e-3, `loss ${run.history.at(-1)?.loss}`);
});
