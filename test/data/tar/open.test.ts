// Tar archives of images as WebDataset writes them, packed by the system's tar and by node-tar.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { create } from "tar";
import { gather, openSource, openTar, openToWalk } from "../../../data/index.ts";
import { png } from "../../helpers/png.ts";
import { putFiles } from "../../helpers/put-files.ts";

const dots = (value: number) => png({ width: 2, height: 1, kind: "gray" }, [value, value + 1]);
const long = `${"deep/".repeat(30)}${"x".repeat(90)}`;

const files = {
  "s/a.png": dots(10),
  "s/a.cls": "cat\n",
  "s/a.txt": "a caption",
  "s/b.png": dots(20),
  "s/b.cls": "ant",
  "s/b.txt": "ünïcode",
  [`s/${long}.png`]: dots(30),
  [`s/${long}.cls`]: "cat",
  [`s/${long}.txt`]: "",
};
const names = Object.keys(files).map((name) => name.slice(2));

for (const format of ["gnu", "pax"] as const) {
  test(`the samples of an archive in ${format} format, labels and texts among them`, async (t) => {
    const at = await putFiles(t, files);
    execFileSync("tar", [`--format=${format}`, "-cf", at("x.tar"), "-C", at("s"), ...names]);
    const dataset = await openTar(at("x.tar"), { keep: ["txt"] });
    assert.deepEqual([dataset.name, dataset.length, dataset.shape], ["x.tar", 3, [1, 2, 1]]);
    assert.deepEqual(
      [0, 1, 2].map((i) => dataset.id?.(i)),
      ["a", "b", long],
    );
    assert.deepEqual(
      [[...(dataset.labels ?? [])], dataset.classNames],
      [
        [1, 0, 1],
        ["ant", "cat"],
      ],
    );
    assert.deepEqual([...(await dataset.read(1, 3))], [20, 21, 30, 31]);
    assert.deepEqual([...(await gather(dataset, Uint32Array.of(2, 0)))], [30, 31, 10, 11]);
    assert.deepEqual(await dataset.kept?.[0]?.read(0, 2), ["a caption", "ünïcode"]);
    await dataset.close?.();
  });
}

test("an archive of node-tar, with folders in it and images alone", async (t) => {
  const at = await putFiles(t, { "s/k/2.png": dots(2), "s/k/1.png": dots(1) });
  await create({ file: at("x.tar"), cwd: at("s") }, ["k"]);
  const items = { shape: [4, 4, 3], dtype: "uint8", range: [0, 255] } as const;
  const dataset = await openToWalk(at("x.tar"), items);
  assert.deepEqual([dataset.shape, dataset.labels], [[4, 4, 3], undefined]);
  assert.deepEqual([0, 1].map((i) => dataset.id?.(i)).sort(), ["k/1", "k/2"]);
  await dataset.close?.();
});

test("an image that can't be decoded is named by its key, in an archive as well", async (t) => {
  const at = await putFiles(t, { "s/a.png": dots(1), "s/b.png": "no image" });
  execFileSync("tar", ["-cf", at("x.tar"), "-C", at("s"), "a.png", "b.png"]);
  await assert.rejects(openSource(at("x.tar")), {
    name: "BadItemError",
    message: /x\.tar\/b: cannot be read/,
  });
  const dataset = await openSource(at("x.tar"), { skipBad: true });
  assert.deepEqual([dataset.length, dataset.id?.(0), dataset.skipped?.[0]?.item], [1, "a", "b"]);
  await dataset.close?.();
});

test("archives that are cut off, packed, of other things, or incomplete are refused by name", async (t) => {
  const at = await putFiles(t, { ...files, "other.tar": "x".repeat(2000), "x.tar.gz": "z" });
  const pack = (name: string, ...members: string[]) => {
    execFileSync("tar", ["-cf", at(name), "-C", at("s"), ...members]);
    return at(name);
  };
  const whole = await readFile(pack("whole.tar", "a.png", "a.cls", "b.png"));
  await writeFile(at("cut.tar"), whole.subarray(0, 512 + 10));
  await assert.rejects(openSource(at("cut.tar")), { name: "FileSizeError", message: /cut\.tar: truncated/ });
  await assert.rejects(openSource(at("x.tar.gz")), {
    name: "FormatError",
    message: /x\.tar\.gz: is compressed; expected a plain \.tar/,
  });
  await assert.rejects(openSource(at("other.tar")), {
    name: "FormatError",
    message: /holds no tar header at byte 0/,
  });
  await assert.rejects(openSource(at("whole.tar")), {
    message: /has \.cls files in 1 of 2 samples; expected one in all, or none/,
  });
  await assert.rejects(openSource(pack("texts.tar", "a.txt")), {
    name: "EmptyDatasetError",
    message: /no image in it/,
  });
  await assert.rejects(openSource(`${pack("keep.tar", "a.png")}?keep=txt`), {
    name: "BadItemError",
    message: /keep\.tar: a: has no \.txt file; expected one in every sample/,
  });
});
