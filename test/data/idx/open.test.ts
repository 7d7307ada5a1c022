// IDX files as datasets: element types, gzip, shapes and labels.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { openIdx } from "../../../data/index.ts";
import { idxBytes, idxOfBytes } from "../../helpers/idx-files.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

async function put(
  t: TestContext,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<(name: string) => string> {
  const folder = await temporaryFolder(t);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return (name) => join(folder, name);
}

const two = idxOfBytes([2, 1, 2], [1, 2, 3, 4]);

test("images get a channel, other items keep their shape", async (t) => {
  const at = await put(t, {
    images: two,
    colour: idxOfBytes([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]),
    rows: idxOfBytes([2, 2], [1, 2, 3, 4]),
  });
  assert.deepEqual((await openIdx(at("images"))).shape, [1, 2, 1]);
  assert.deepEqual((await openIdx(at("colour"))).shape, [1, 2, 3]);
  assert.deepEqual((await openIdx(at("rows"))).shape, [2]);
});

test("big-endian values of every type are read exactly", async (t) => {
  const at = await put(t, {
    int8: idxBytes(0x09, [1, 2], 1, [-128, 5], (view, at, x) => view.setInt8(at, x)),
    int16: idxBytes(0x0b, [1, 2], 2, [-300, 258], (view, at, x) => view.setInt16(at, x, false)),
    float32: idxBytes(0x0d, [1, 2], 4, [-1.5, 0.25], (view, at, x) => view.setFloat32(at, x, false)),
    float64: idxBytes(0x0e, [1, 2], 8, [0.1, 1e3], (view, at, x) => view.setFloat64(at, x, false)),
  });
  const items = async (name: string) => {
    const dataset = await openIdx(at(name));
    return { values: await dataset.read(0, 1), range: dataset.range };
  };
  assert.deepEqual(await items("int8"), { values: Float32Array.of(-128, 5), range: [-128, 127] });
  assert.deepEqual(await items("int16"), { values: Float32Array.of(-300, 258), range: [-32768, 32767] });
  assert.deepEqual(await items("float32"), { values: Float32Array.of(-1.5, 0.25), range: [-1.5, 0.25] });
  assert.deepEqual(await items("float64"), {
    values: Float32Array.of(0.1, 1000),
    range: [Math.fround(0.1), 1000],
  });
});

test("gzip is read as if it were not there, and truncated gzip is refused", async (t) => {
  const zipped = gzipSync(two);
  const at = await put(t, { "a.gz": zipped, "cut.gz": zipped.subarray(0, 20) });
  assert.deepEqual(await (await openIdx(at("a.gz"))).read(1, 2), Uint8Array.of(3, 4));
  await assert.rejects(openIdx(at("cut.gz")), {
    name: "FormatError",
    message: `${at("cut.gz")}: cannot be gunzipped (unexpected end of file); expected an IDX file, plain or in gzip, whole`,
  });
});

test("labels beside the images are found, plain or in gzip, and can be named or left out", async (t) => {
  const at = await put(t, {
    "x-images-idx3-ubyte": two,
    "x-labels-idx1-ubyte.gz": gzipSync(idxOfBytes([2], [4, 2])),
    "y-images.idx3-ubyte": two,
    "y-labels.idx1-ubyte": idxOfBytes([2], [1, 0]),
    big: idxBytes(0x0c, [2], 4, [70_000, -1], (view, offset, x) => view.setInt32(offset, x, false)),
  });
  assert.deepEqual((await openIdx(at("x-images-idx3-ubyte"))).labels, Uint8Array.of(4, 2));
  assert.deepEqual((await openIdx(at("y-images.idx3-ubyte"))).labels, Uint8Array.of(1, 0));
  assert.deepEqual(
    (await openIdx(at("y-images.idx3-ubyte"), { labels: at("big") })).labels,
    Int32Array.of(70_000, -1),
  );
  assert.equal("labels" in (await openIdx(at("x-images-idx3-ubyte"), { labels: false })), false);
});

test("a wrong number of labels names both files and both numbers", async (t) => {
  const at = await put(t, { "images-idx3": two, "labels-idx1": idxOfBytes([3], [1, 2, 3]) });
  await assert.rejects(openIdx(at("images-idx3")), {
    name: "LabelsMismatchError",
    message: `${at("labels-idx1")}: holds 3 labels, but ${at("images-idx3")} holds 2 items; expected one each`,
  });
});

test("files that cannot be items or labels are refused", async (t) => {
  const at = await put(t, {
    two,
    one: idxOfBytes([3], [1, 2, 3]),
    empty: idxOfBytes([3, 0], []),
    int32: idxBytes(0x0c, [1, 1], 4, [1], (view, offset, x) => view.setInt32(offset, x, false)),
    nan: idxBytes(0x0d, [1, 2], 4, [0, Number.NaN], (view, offset, x) => view.setFloat32(offset, x, false)),
    floats: idxBytes(0x0d, [2], 4, [0, 1], (view, offset, x) => view.setFloat32(offset, x, false)),
  });
  const refused = async (name: string, rest: string) =>
    assert.rejects(openIdx(at(name)), { name: "FormatError", message: `${at(name)}: ${rest}` });
  await refused(
    "one",
    "has 1 dimension, as a file of labels has; expected at least 2: items, then the shape of one",
  );
  await refused("empty", "items have shape [0]; expected dimensions of at least 1");
  await refused(
    "int32",
    "holds int32 items; expected uint8, int8, int16, float32 or float64 (float32 cannot hold int32)",
  );
  await refused("nan", "value 1 is NaN; expected finite float32 numbers");
  await assert.rejects(openIdx(at("two"), { labels: at("floats") }), {
    message: `${at("floats")}: holds float32 labels; expected whole numbers: uint8, int8, int16 or int32`,
  });
  await assert.rejects(openIdx(at("two"), { labels: at("two") }), {
    message: `${at("two")}: has 3 dimensions; expected 1, as a file of labels has`,
  });
  await assert.rejects(openIdx(at("none")), { message: `${at("none")}: no such file; expected an IDX file` });
  await assert.rejects(openIdx(at(".")), { message: `${at(".")}: is a folder; expected an IDX file` });
});
