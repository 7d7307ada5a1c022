// Specs that mean the same in every working folder, by what is opened from another one.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { absoluteSpec, openSource } from "../../data/index.ts";
import { idxOfBytes } from "../helpers/idx-files.ts";
import { npyOfFloats } from "../helpers/npy-files.ts";
import { png } from "../helpers/png.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const dot = (value: number) => png({ width: 1, height: 1, kind: "gray" }, [value]);

const files: Readonly<Record<string, Uint8Array | string>> = {
  "photos/a/2.png": dot(2),
  "photos/b/10.png": dot(10),
  "some.list": "photos/b/10.png\tten\nphotos/a/2.png\ttwo\n",
  "x.npy": npyOfFloats([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]),
  "x.npy?shape=2x2.npy": npyOfFloats([[9, 9, 9, 9]]),
  "table.csv": "n m,class\n1,cat\n2,ant\n",
  "digits-idx3": idxOfBytes([2, 1, 1], [7, 8]),
  "own labels.idx1": idxOfBytes([2], [4, 5]),
};

/** Goes to a folder with the files, for the time of the test; returns its path, and what goes on to another folder. */
async function workIn(t: TestContext) {
  const before = process.cwd();
  t.after(() => process.chdir(before));
  const folder = await temporaryFolder(t);
  process.chdir(folder);
  const here = process.cwd();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(name), { recursive: true });
    await writeFile(name, content);
  }
  return { here, leave: async () => process.chdir(await temporaryFolder(t)) };
}

async function contentOf(spec: string) {
  const dataset = await openSource(spec);
  try {
    const { name, length, shape, range, labels, classNames } = dataset;
    const ids = Array.from({ length }, (_, i) => dataset.id?.(i));
    const values = [...(await dataset.read(0, length))];
    return { name, shape, range, labels: labels && [...labels], classNames, ids, values };
  } finally {
    await dataset.close?.();
  }
}

test("paths are made absolute, and give the same items from another folder", async (t) => {
  const { here, leave } = await workIn(t);
  const specs: Readonly<Record<string, string>> = {
    "x.npy": "x.npy",
    "./photos/../x.npy?shape=2x2&range=0,9": "x.npy?shape=2x2&range=0,9",
    "x.npy?shape=2x2.npy": "x.npy?shape=2x2.npy",
    "x.npy?shape=2x2.npy?shape=2x2": "x.npy?shape=2x2.npy?shape=2x2",
    "photos/?channels=1&size=1x1": "photos?channels=1&size=1x1",
    "photos/{a,b}/*.png?skipBad": "photos/{a,b}/*.png?skipBad",
    "some.list": "some.list",
    "table.csv?label=class&columns=n+m": "table.csv?label=class&columns=n+m",
    "digits-idx3?labels=false": "digits-idx3?labels=false",
  };
  const before = await Promise.all(Object.keys(specs).map(contentOf));
  const absolute = await Promise.all(Object.keys(specs).map(absoluteSpec));
  assert.deepEqual(
    absolute,
    Object.values(specs).map((spec) => join(here, spec)),
  );
  await leave();
  const after = await Promise.all(absolute.map(contentOf));
  // Sources that are found by a pattern or a list are named as they were asked for.
  const named = (content: (typeof before)[number]) => ({ ...content, name: undefined });
  assert.deepEqual(after.map(named), before.map(named));
});

test("an archive need not be there to be made absolute", async (t) => {
  const { here } = await workIn(t);
  assert.equal(await absoluteSpec("birds/000.tar?size=8x8"), join(here, "birds/000.tar?size=8x8"));
});

test("names stay, with their options, and so do paths that are absolute", async (t) => {
  const { here } = await workIn(t);
  const specs = [
    ...["mnist", "mnist:test", "mnist:train?labels=false", "speech:test?window=1024&hop=512"],
    ...[join(here, "x.npy"), `${join(here, "x.npy")}?shape=2x2`, join(here, "photos/*/*.png")],
  ];
  assert.deepEqual(await Promise.all(specs.map(absoluteSpec)), specs);
});

test("options that are paths are made absolute as well", async (t) => {
  const { here, leave } = await workIn(t);
  const specs = ["digits-idx3?labels=own+labels.idx1&name=mine", "x.npy?shape=2x2&labels=y.npy"];
  await writeFile("y.npy", npyOfFloats([[1], [2]]));
  const before = await contentOf(specs[0] as string);
  assert.deepEqual([before.name, before.labels], ["mine", [4, 5]]);
  const [digits = "", floats = "", mnist = ""] = await Promise.all(
    [...specs, "mnist:test?labels=y.idx1"].map(absoluteSpec),
  );
  await leave();
  assert.deepEqual(await contentOf(digits), before);
  assert.deepEqual(Object.fromEntries(new URL(floats, "file:").searchParams), {
    ...{ shape: "2x2", labels: join(here, "y.npy") },
  });
  assert.ok(floats.startsWith(`${join(here, "x.npy")}?`));
  assert.equal(decodeURIComponent(mnist), `mnist:test?labels=${join(here, "y.idx1")}`);
});
