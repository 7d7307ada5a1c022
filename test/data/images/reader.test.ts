// Many images at once: their order, the first bad one, and what is read ahead.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batches, type Dataset, openImages, prefetch, subset } from "../../../data/index.ts";
import { png } from "../../helpers/png.ts";
import { putFiles } from "../../helpers/put-files.ts";

const COUNT = 700;

/** Image i shows i in two samples; every third is not plain, so that sharp decodes it. */
const files: Record<string, Uint8Array | string> = Object.fromEntries(
  Array.from({ length: COUNT }, (_, i) => {
    const bits = i % 3 === 0 ? 16 : 8;
    const samples = [i % 256, i >> 8].map((sample) => (bits === 16 ? sample * 257 : sample));
    return [`set/${i}.png`, png({ width: 2, height: 1, kind: "gray", bits }, samples)];
  }),
);
const numbers = (pixels: ArrayLike<number>) =>
  Array.from(
    { length: pixels.length / 2 },
    (_, i) => (pixels[2 * i] as number) + 256 * (pixels[2 * i + 1] as number),
  );

async function shuffled(dataset: Dataset, epoch: number): Promise<[number[], number[]]> {
  const [read, asked]: [number[], number[]] = [[], []];
  for await (const { data, indices } of prefetch(batches(dataset, { batchSize: 64, shuffle: true, epoch }))) {
    read.push(...numbers(data));
    asked.push(...indices);
  }
  return [read, asked];
}

test("every image comes in the place it was asked for, in all epochs, kept in memory or not", async (t) => {
  const at = await putFiles(t, files);
  for (const memory of [0, 1]) {
    const dataset = await openImages(at("set"), { memory });
    assert.deepEqual(numbers(await dataset.read(0, COUNT)), [...Array(COUNT).keys()]);
    for (const epoch of [0, 1]) {
      const [read, asked] = await shuffled(dataset, epoch);
      assert.deepEqual(read, asked, `memory ${memory}, epoch ${epoch}`);
    }
    await dataset.close?.();
  }
});

test("of several bad images the first is named; with skipBad all are left out", async (t) => {
  const at = await putFiles(t, { ...files, "set/650.png": "no", "set/40.png": "no", "set/300.png": "no" });
  await assert.rejects(openImages(at("set")), { name: "BadItemError", item: "40.png" });
  const good = await openImages(at("set"), { skipBad: true });
  t.after(() => good.close?.());
  assert.deepEqual(
    good.skipped?.map(({ item }) => item),
    ["40.png", "300.png", "650.png"],
  );
  const [read, asked] = await shuffled(good, 0);
  const kept = [...Array(COUNT).keys()].filter((i) => ![40, 300, 650].includes(i));
  assert.deepEqual(
    read,
    asked.map((index) => kept[index]),
  );
});

test("a bad image that is read ahead is an error in its place: batches before it come", async (t) => {
  const noise = png(
    { width: 40, height: 40, kind: "gray" },
    Array.from({ length: 1600 }, (_, i) => (i * 7919) % 251),
  );
  const cut = noise.subarray(0, noise.length / 2);
  const at = await putFiles(
    t,
    Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`set/${i}.png`, i === 3 ? cut : noise])),
  );
  const dataset = await openImages(at("set"));
  t.after(() => dataset.close?.());
  const seen: number[] = [];
  const walk = async () => {
    for await (const { indices } of batches(dataset, { batchSize: 1 })) seen.push(...indices);
  };
  await assert.rejects(walk, { name: "BadItemError", item: "3.png" });
  assert.deepEqual(seen, [0, 1, 2]);
});

test("small images are read ahead by the thousand, large ones by the bytes; so are those of a subset", async (t) => {
  const at = await putFiles(t, { "set/1.png": png({ width: 2, height: 1, kind: "gray" }, [1, 2]) });
  const small = await openImages(at("set"));
  const large = await openImages(at("set"), { size: [1024, 1024], channels: 1 });
  assert.deepEqual([small.readAhead, large.readAhead, subset(large, [0]).readAhead], [16_384, 32, 32]);
  await Promise.all([small.close?.(), large.close?.()]);
});
