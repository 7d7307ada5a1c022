// .npy files, by NumPy itself and byte by byte.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openNpy, openSource } from "../../../data/index.ts";
import { npyBytes, npyOfFloats } from "../../helpers/npy-files.ts";
import { numpy, python } from "../../helpers/numpy.ts";
import { putFiles } from "../../helpers/put-files.ts";
import { skipWithout } from "../../helpers/requirements.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const doubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
const longs = (...values: bigint[]) => new Uint8Array(BigInt64Array.from(values).buffer);

test("NumPy's files of every type and header version are read as NumPy reads them", {
  skip: skipWithout(python),
}, async (t) => {
  const folder = await temporaryFolder(t);
  const written = numpy(
    `
rng = np.random.default_rng(1)
made = {}
for code in ["|u1", "|b1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f4", "<f8"]:
    signed = code[1] in "if"
    values = rng.integers(0, 2 if code[1] == "b" else 100, size=(20, 3, 2)) - (50 if signed else 0)
    array = (values * (0.1 if code[1] == "f" else 1)).astype(code)
    for version in [(1, 0), (2, 0), (3, 0)]:
        name = f"{code[1:]}-{version[0]}.npy"
        with open(f"{args[0]}/{name}", "wb") as file:
            np.lib.format.write_array(file, array, version=version)
        whole = array.astype("<f4")
        made[name] = [code, whole.flatten().tolist(), float(whole.min()), float(whole.max())]
print(json.dumps(made))`,
    folder,
  ) as Record<string, [code: string, values: number[], min: number, max: number]>;
  assert.equal(Object.keys(written).length, 33);
  for (const [name, [code, values, min, max]] of Object.entries(written)) {
    const dataset = await openNpy(join(folder, name));
    const bytes = code === "|u1" || code === "|b1";
    assert.deepEqual([dataset.length, dataset.shape], [20, [3, 2]], name);
    assert.equal(dataset.dtype, bytes ? "uint8" : "float32", name);
    assert.deepEqual([...(await dataset.read(0, 20))], values, name);
    assert.deepEqual(
      [...((await dataset.gather?.(Uint32Array.of(7, 0, 19))) ?? [])],
      [7, 0, 19].flatMap((i) => values.slice(6 * i, 6 * i + 6)),
      name,
    );
    const range = bytes ? [0, code === "|u1" ? 255 : 1] : [min, max];
    assert.deepEqual(dataset.range, range, name);
    await dataset.close?.();
  }
});

test("a file made byte by byte is recognised by its first bytes and read in any order", async (t) => {
  const rows = Array.from({ length: 500 }, (_, i) => [i, -i, i / 4]);
  const at = await putFiles(t, { values: npyOfFloats(rows) });
  const dataset = await openSource(at("values"));
  assert.deepEqual([dataset.name, dataset.length, dataset.shape], ["values", 500, [3]]);
  assert.deepEqual(dataset.range, [-499, 499]);
  const wanted = [3, 499, 0, 0, 250, 251, 4];
  const values = await dataset.gather?.(Uint32Array.from(wanted));
  assert.deepEqual(
    [...(values ?? [])],
    wanted.flatMap((i) => rows[i] ?? []),
  );
  assert.deepEqual([...(await dataset.read(498, 500))], rows.slice(498).flat());
  await assert.rejects(dataset.read(0, 501), {
    message: `${at("values")}: items is [0, 501); expected whole numbers within [0, 500)`,
  });
  await dataset.close?.();
});

test("items can be given a shape, labels and a range", async (t) => {
  const at = await putFiles(t, {
    "x.npy": npyOfFloats([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]),
    "y.npy": npyBytes({ descr: "'<i8'", shape: "(2,)" }, longs(-1n, 300n)),
    "z.npy": npyBytes({ descr: "'|u1'", shape: "(3,)" }, Uint8Array.of(1, 2, 3)),
    "float.npy": npyBytes({ descr: "'<f8'", shape: "(2,)" }, doubles(1, 2)),
    "long.npy": npyBytes({ descr: "'<i8'", shape: "(2,)" }, longs(1n, 2n ** 31n)),
  });
  const x = at("x.npy");
  const dataset = await openSource(`${x}?shape=2x2x1&range=0,10&labels=${at("y.npy")}`);
  assert.deepEqual(
    [dataset.shape, dataset.range],
    [
      [2, 2, 1],
      [0, 10],
    ],
  );
  assert.deepEqual(dataset.labels, Int32Array.of(-1, 300));
  await dataset.close?.();
  const refused = (options: Parameters<typeof openNpy>[1], message: string) =>
    assert.rejects(openNpy(x, options), { message });
  await refused(
    { shape: [3, 1] },
    `${x}: shape is 3x1; expected a product of 4, the number of values of an item (4)`,
  );
  await refused(
    { labels: at("z.npy") },
    `${at("z.npy")}: holds 3 labels, but ${x} holds 2 items; expected one each`,
  );
  await refused(
    { labels: at("float.npy") },
    `${at("float.npy")}: holds labels of type <f8; expected whole numbers`,
  );
  await refused(
    { labels: at("long.npy") },
    `${at("long.npy")}: label 1 is 2147483648; expected whole numbers of 32 bits`,
  );
  await refused({ labels: x }, `${x}: has 2 dimensions; expected 1, one label per item`);
  await refused({ labels: at("no.npy") }, `${at("no.npy")}: no such file; expected a .npy file of labels`);
});

test("values that are all the same have a rising range all the same", async (t) => {
  const at = await putFiles(t, { "x.npy": npyOfFloats([[0, 0]]), "y.npy": npyOfFloats([[1e30], [1e30]]) });
  const range = async (name: string) => {
    const dataset = await openNpy(at(name));
    await dataset.close?.();
    return dataset.range;
  };
  assert.deepEqual(await range("x.npy"), [0, 1]);
  const [low, high] = await range("y.npy");
  assert.ok(low < high && low === Math.fround(1e30), `${low} ${high}`);
});

test("the file's own bytes are not touched", async (t) => {
  const bytes = npyOfFloats([[1], [2]]);
  const at = await putFiles(t, {});
  await writeFile(at("x.npy"), bytes);
  const dataset = await openNpy(at("x.npy"));
  (await dataset.read(0, 2)).fill(0);
  assert.deepEqual([...(await dataset.read(0, 2))], [1, 2]);
  await dataset.close?.();
  assert.deepEqual(new Uint8Array(await readFile(at("x.npy"))), bytes);
});
