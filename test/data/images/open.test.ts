// Folders of images: PNG files made byte by byte, others made by sharp.
import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import sharp from "sharp";
import { type Dataset, openImages, openSource } from "../../../data/index.ts";
import { png } from "../../helpers/png.ts";
import { putFiles } from "../../helpers/put-files.ts";
import { repeat } from "../../helpers/repeat.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const gray = (...samples: number[]) => png({ width: 2, height: 1, kind: "gray" }, samples);
const all = async (dataset: Dataset) => [...(await dataset.read(0, dataset.length))];

test("class folders are labels, names and files come in natural order", async (t) => {
  const at = await putFiles(t, {
    "set/dog/10.png": gray(5, 6),
    "set/dog/9.png": gray(3, 4),
    "set/cat/a/2.png": gray(9, 10),
    "set/cat/b.PNG": gray(7, 8),
    "set/class10/x.png": gray(1, 2),
    "set/class9/x.png": gray(11, 12),
    "set/dog/notes.txt": "not an image",
    "set/dog/.hidden.png": "not an image",
    "set/.git/x.png": "not an image",
  });
  const dataset = await openSource(at("set"));
  assert.deepEqual(
    [dataset.name, dataset.length, dataset.shape, dataset.dtype, dataset.range],
    ["set", 6, [1, 2, 1], "uint8", [0, 255]],
  );
  assert.deepEqual(dataset.classNames, ["cat", "class9", "class10", "dog"]);
  assert.deepEqual(dataset.labels, Uint8Array.of(0, 0, 1, 2, 3, 3));
  assert.deepEqual(await all(dataset), [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(await dataset.gather?.(Uint32Array.of(5, 0, 5)), Uint8Array.of(5, 6, 7, 8, 5, 6));
  await assert.rejects(dataset.read(5, 7), { message: /^set: items is \[5, 7\)/ });
});

test("a flat folder has no labels", async (t) => {
  const at = await putFiles(t, {
    "set/img10.png": gray(3, 4),
    "set/img2.png": gray(1, 2),
    "set/sub/x.txt": "",
  });
  const dataset = await openSource(at("set/"));
  assert.equal("labels" in dataset, false);
  assert.deepEqual(await all(dataset), [1, 2, 3, 4]);
});

test("links to files and to class folders are followed", async (t) => {
  const at = await putFiles(t, { "real/a.png": gray(1, 2), "set/one/b.png": gray(3, 4) });
  await symlink(at("real"), at("set/two"));
  await symlink(at("real/a.png"), at("set/one/c.png"));
  await symlink(at("set"), at("set/one/circle"));
  const dataset = await openImages(at("set"));
  assert.deepEqual(dataset.classNames, ["one", "two"]);
  assert.deepEqual(await all(dataset), [3, 4, 1, 2, 1, 2]);
});

test("the first image decides between gray and RGB, unless it is told", async (t) => {
  const red = png({ width: 2, height: 1, kind: "rgb" }, [255, 0, 0, 10, 20, 30]);
  const at = await putFiles(t, {
    "gray/1.png": gray(0, 200),
    "gray/2.png": png({ width: 2, height: 1, kind: "rgb" }, [7, 7, 7, 90, 90, 90]),
    "rgb/1.png": red,
    "rgb/2.png": gray(0, 200),
  });
  const grays = await openImages(at("gray"));
  assert.deepEqual(
    [grays.shape, await all(grays)],
    [
      [1, 2, 1],
      [0, 200, 7, 90],
    ],
  );
  const colours = await openImages(at("rgb"));
  assert.deepEqual(
    [colours.shape, await all(colours)],
    [
      [1, 2, 3],
      [255, 0, 0, 10, 20, 30, 0, 0, 0, 200, 200, 200],
    ],
  );
  assert.deepEqual((await openImages(at("rgb"), { channels: 1 })).shape, [1, 2, 1]);
  assert.deepEqual(
    await all(await openImages(at("gray"), { channels: 3, size: [1, 2] })),
    [0, 0, 0, 200, 200, 200, 7, 7, 7, 90, 90, 90],
  );
});

test("16 bits become 8, and transparency lies on white, or on black where it is told", async (t) => {
  const at = await putFiles(t, {
    "deep/1.png": png({ width: 2, height: 1, kind: "gray", bits: 16 }, [0x8000, 0xffff]),
    "clear/1.png": png({ width: 2, height: 1, kind: "rgba" }, [10, 20, 30, 0, 10, 20, 30, 255]),
  });
  assert.deepEqual(await all(await openImages(at("deep"))), [0x80, 0xff]);
  assert.deepEqual(await all(await openImages(at("clear"))), [255, 255, 255, 10, 20, 30]);
  assert.deepEqual(await all(await openImages(at("clear"), { background: "black" })), [0, 0, 0, 10, 20, 30]);
});

test("png, jpg, webp, gif, avif and tiff of one colour are read as that colour", async (t) => {
  const folder = await temporaryFolder(t);
  const colour = { r: 200, g: 100, b: 40 };
  const image = sharp({ create: { width: 16, height: 8, channels: 3, background: colour } });
  const types = ["avif", "gif", "jpg", "png", "tiff", "webp"] as const;
  for (const type of types) await image.clone().toFile(join(folder, `x.${type}`));
  const dataset = await openImages(folder);
  assert.deepEqual([dataset.length, dataset.shape], [6, [8, 16, 3]]);
  const pixels = await all(dataset);
  for (const [i, type] of types.entries()) {
    const [r = 0, g = 0, b = 0] = pixels.slice(i * 384 + 192);
    for (const [value, wanted] of [
      [r, 200],
      [g, 100],
      [b, 40],
    ] as const) {
      assert.ok(Math.abs(value - wanted) <= 4, `${type}: ${r}, ${g}, ${b}`);
    }
  }
});

test("photos are turned upright by their EXIF orientation", async (t) => {
  const folder = await temporaryFolder(t);
  const [black, white] = [0, 255];
  await sharp(Uint8Array.of(black, white), { raw: { width: 2, height: 1, channels: 1 } })
    .toColourspace("b-w")
    .withMetadata({ orientation: 6 })
    .png()
    .toFile(join(folder, "1.png"));
  const dataset = await openImages(folder, { channels: 1 });
  assert.deepEqual(
    [dataset.shape, await all(dataset)],
    [
      [2, 1, 1],
      [black, white],
    ],
  );
});

test("a size resizes: cover cuts, contain leaves margins, fill stretches", async (t) => {
  const wide = png({ width: 4, height: 2, kind: "gray" }, [0, 50, 50, 0, 0, 50, 50, 0]);
  const at = await putFiles(t, { "set/1.png": wide });
  const spec = (fit: string) => openSource(`${at("set")}?size=2x2&fit=${fit}`);
  assert.deepEqual(await all(await openSource(`${at("set")}/?size=2x2`)), [50, 50, 50, 50]);
  assert.deepEqual(await all(await spec("cover")), [50, 50, 50, 50]);
  const fill = await all(await spec("fill"));
  assert.ok(
    fill.every((value) => value > 5 && value < 45),
    `${fill}`,
  );
  const contained = await all(await openSource(`${at("set")}?size=4x4&fit=contain`));
  assert.deepEqual(contained.slice(0, 4), [255, 255, 255, 255]);
  assert.deepEqual(contained.slice(4, 12), [0, 50, 50, 0, 0, 50, 50, 0]);
});

test("what does not fit into memory is decoded again, with the same values", async (t) => {
  const image = (value: number) =>
    png({ width: 512, height: 512, kind: "rgb" }, new Array<number>(3 * 512 * 512).fill(value));
  const at = await putFiles(t, { "set/1.png": image(1), "set/2.png": image(2), "set/3.png": image(3) });
  for (const memory of [0, 1, 512]) {
    const dataset = await openImages(at("set"), { memory });
    for (let epoch = 0; epoch < 2; epoch++) {
      const values = await dataset.gather?.(Uint32Array.of(2, 0, 1, 2));
      const firsts = [0, 1, 2, 3].map((i) => values?.[i * 3 * 512 * 512]);
      assert.deepEqual(firsts, [3, 1, 2, 3], `memory ${memory}`);
    }
  }
});

test("decoding leaves the event loop free: it turns many times while one large image is decoded", async (t) => {
  const folder = await temporaryFolder(t);
  const background = { r: 128, g: 128, b: 128 };
  const noise = { type: "gaussian" as const, mean: 128, sigma: 40 };
  const image = sharp({ create: { width: 2500, height: 2500, channels: 3, background, noise } });
  await image.jpeg().toFile(join(folder, "1.jpg"));
  const turns = await repeat(
    async () => {
      const dataset = await openImages(folder, { size: [2000, 8], fit: "fill" });
      let count = 0;
      let decoding = true;
      const decoded = dataset.read(0, 1).then(() => {
        decoding = false;
      });
      for (; decoding; count++) await setImmediate();
      await decoded;
      return count;
    },
    { while: (count) => count <= 50 },
  );
  assert.ok(turns > 50, `${turns} turns`);
});
