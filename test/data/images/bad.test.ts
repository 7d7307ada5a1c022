// Images that cannot be used, and folders without any.
import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { test } from "node:test";
import { type Dataset, openImages } from "../../../data/index.ts";
import { png } from "../../helpers/png.ts";
import { putFiles } from "../../helpers/put-files.ts";

const gray = (...samples: number[]) => png({ width: 2, height: 1, kind: "gray" }, samples);
const all = async (dataset: Dataset) => [...(await dataset.read(0, dataset.length))];

test("an image of another size is named, with its size and the remedy", async (t) => {
  const odd = png({ width: 1, height: 3, kind: "gray" }, [1, 2, 3]);
  const at = await putFiles(t, { "set/a/1.png": gray(1, 2), "set/b/2.png": odd, "set/b/3.png": gray(3, 4) });
  const reason = "is 3x1 pixels (height x width); expected 1x2, as the first image; size=1x2 would resize";
  await assert.rejects(openImages(at("set")), {
    name: "BadItemError",
    message: `${at("set/b/2.png")}: ${reason}`,
    item: "b/2.png",
  });
  const good = await openImages(at("set"), { skipBad: true });
  assert.deepEqual([await all(good), good.labels], [[1, 2, 3, 4], Uint8Array.of(0, 1)]);
  assert.deepEqual(good.skipped, [{ item: "b/2.png", reason }]);
  assert.equal((await openImages(at("set"), { size: [2, 2] })).length, 3);
});

test("files that are no images, and images cut off, are named; skipped, they are counted", async (t) => {
  const noise = png(
    { width: 40, height: 40, kind: "gray" },
    Array.from({ length: 1600 }, (_, i) => (i * 7919) % 251),
  );
  const at = await putFiles(t, {
    "set/0.png": "",
    "set/1.png": "hello",
    "set/2.png": noise,
    "set/3.png": noise.subarray(0, noise.length / 2),
    "set/4.png": noise,
  });
  await symlink(at("nowhere"), at("set/5.png"));
  await assert.rejects(openImages(at("set")), (error: Error) => {
    assert.ok(error.message.startsWith(`${at("set/0.png")}: cannot be read (`), error.message);
    assert.ok(error.message.endsWith("; expected a whole image file"), error.message);
    return true;
  });
  const good = await openImages(at("set"), { skipBad: true });
  assert.equal(good.length, 2);
  assert.deepEqual(
    good.skipped?.map(({ item }) => item),
    ["0.png", "1.png", "3.png", "5.png"],
  );
  assert.equal((await all(good))[1601], 7919 % 251);
});

test("without skipBad only headers are looked at first: a cut image shows when it is read", async (t) => {
  const noise = png(
    { width: 40, height: 40, kind: "gray" },
    Array.from({ length: 1600 }, (_, i) => (i * 7919) % 251),
  );
  const at = await putFiles(t, { "set/1.png": noise, "set/2.png": noise.subarray(0, noise.length / 2) });
  const dataset = await openImages(at("set"));
  await assert.rejects(dataset.read(0, 2), { name: "BadItemError", item: "2.png" });
});

test("folders without images, and with images beside class folders, are refused", async (t) => {
  const at = await putFiles(t, {
    "empty/readme.txt": "",
    "mixed/1.png": gray(1, 2),
    "mixed/cat/2.png": gray(1, 2),
    "hole/cat/1.png": gray(1, 2),
    "hole/dog/readme.txt": "",
    "bad/1.png": "no",
  });
  await mkdir(at("nothing"));
  const endings = "files ending in .png, .jpg, .jpeg, .jfif, .webp, .gif, .avif, .tif, .tiff";
  const refused = (name: string, message: string, options = {}) =>
    assert.rejects(openImages(at(name), options), { message });
  await refused("empty", `${at("empty")}: no image in it; expected ${endings}`);
  await refused("nothing", `${at("nothing")}: no image in it; expected ${endings}`);
  await refused(
    "mixed",
    `${at("mixed")}: holds images (1.png) and a class folder with images (cat); expected one or the other`,
  );
  await refused(
    "hole",
    `${at("hole/dog")}: no image in it; expected at least 1 in each class folder, or no such folder`,
  );
  await refused("no", `${at("no")}: no such folder; expected a folder of images`);
  await refused("bad/1.png", `${at("bad/1.png")}: is a file; expected a folder of images`);
  await assert.rejects(openImages(at("bad"), { skipBad: true }), {
    name: "EmptyDatasetError",
    message:
      /bad: no item is left: all 1 are bad, the first is 1\.png: cannot be read \(.*\); expected a whole/,
  });
  await refused("bad", `${at("bad")}: channels is 2; expected one of 1, 3`, { channels: 2 });
});
