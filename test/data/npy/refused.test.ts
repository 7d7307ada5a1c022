// .npy files that cannot be read, and what is said about them.
import assert from "node:assert/strict";
import { truncate } from "node:fs/promises";
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

test("NumPy's files that cannot be read are refused for what they are", {
  skip: skipWithout(python),
}, async (t) => {
  const folder = await temporaryFolder(t);
  numpy(
    `
a = np.arange(12.0).reshape(4, 3)
np.save(f"{args[0]}/fortran.npy", np.asfortranarray(a))
np.save(f"{args[0]}/big.npy", a.astype(">f4"))
np.save(f"{args[0]}/objects.npy", np.array([[{}], [None]], dtype=object), allow_pickle=True)
np.save(f"{args[0]}/half.npy", a.astype("<f2"))
np.save(f"{args[0]}/complex.npy", a.astype("<c8"))
np.save(f"{args[0]}/records.npy", np.zeros(3, dtype=[("x", "<f4"), ("y", "<i4")]))
np.save(f"{args[0]}/flat.npy", np.arange(3.0))
np.save(f"{args[0]}/scalar.npy", np.float32(1))
np.save(f"{args[0]}/none.npy", np.zeros((0, 3)))
np.savez(f"{args[0]}/zip.npy", a)
import os; os.rename(f"{args[0]}/zip.npy.npz", f"{args[0]}/zip.npy")`,
    folder,
  );
  const types = "one of |u1, |b1, |i1, <u2, <i2, <u4, <i4, <u8, <i8, <f4, <f8";
  const refused = (name: string, message: string, kind = "FormatError") => {
    const path = join(folder, `${name}.npy`);
    return assert.rejects(openNpy(path), { name: kind, message: `${path}: ${message}` });
  };
  await refused(
    "fortran",
    "is in Fortran order; expected C order: np.save(path, np.ascontiguousarray(array))",
  );
  await refused("big", 'is big-endian (>f4); expected little-endian: np.save(path, array.astype("<f4"))');
  await refused(
    "objects",
    `holds pickled Python objects (|O); expected numbers: ${types} (objects would run as code when they are unpickled)`,
  );
  await refused("half", `holds values of type <f2; expected ${types}: np.save(path, array.astype("<f4"))`);
  await refused("complex", `holds values of type <c8; expected ${types}: np.save(path, array.astype("<f4"))`);
  await refused("records", `holds records (a structured dtype); expected ${types}`);
  await refused("flat", "has 1 dimension; expected at least 2: items, then the shape of one");
  await refused("scalar", "has 0 dimensions; expected at least 2: items, then the shape of one");
  await refused("none", "an array of shape [0, 3]; expected at least 1 item", "EmptyDatasetError");
  await refused(
    "zip",
    "is a zip archive, as np.savez writes; expected a .npy file, as np.save writes: 93 4e 55 4d 50 59 (\\x93NUMPY)",
  );
});

test("values that float32 cannot hold name their item, or it is skipped", async (t) => {
  const at = await putFiles(t, {
    "nan.npy": npyOfFloats([
      [1, 2],
      [3, Number.NaN],
      [5, 6],
      [Number.NEGATIVE_INFINITY, 0],
    ]),
    "huge.npy": npyBytes({ descr: "'<f8'", shape: "(2, 1)" }, doubles(1, 1e300)),
    "long.npy": npyBytes({ descr: "'<i8'", shape: "(2, 1)" }, longs(16777216n, 9007199254740993n)),
  });
  const refused = (name: string, message: string, item: string) =>
    assert.rejects(openNpy(at(name)), { name: "BadItemError", message: `${at(name)}: ${message}`, item });
  await refused("nan.npy", "item 1: value 1 is NaN; expected finite float32 numbers", "item 1");
  await refused("huge.npy", "item 1: value 0 is 1e+300; expected finite float32 numbers", "item 1");
  await refused(
    "long.npy",
    "item 1: value 0 is 9007199254740993; expected whole numbers up to 16777216, which float32 holds exactly",
    "item 1",
  );
  const good = await openNpy(at("nan.npy"), { skipBad: true });
  assert.deepEqual([good.length, good.range], [2, [1, 6]]);
  assert.deepEqual([...(await good.read(0, 2))], [1, 2, 5, 6]);
  assert.deepEqual(good.skipped, [
    { item: "item 1", reason: "value 1 is NaN; expected finite float32 numbers" },
    { item: "item 3", reason: "value 0 is -Infinity; expected finite float32 numbers" },
  ]);
  await good.close?.();
  // With a given range nothing is read at first: the bad item shows when it is reached.
  const late = await openNpy(at("nan.npy"), { range: [0, 9] });
  assert.deepEqual([...(await late.read(0, 1))], [1, 2]);
  await assert.rejects(async () => late.gather?.(Uint32Array.of(0, 3)), /item 3: value 0 is -Infinity/);
  await late.close?.();
});

test("a file of which every item is bad is empty, and says why", async (t) => {
  const at = await putFiles(t, { "x.npy": npyOfFloats([[Number.NaN], [Number.NaN]]) });
  await assert.rejects(openNpy(at("x.npy"), { skipBad: true }), {
    name: "EmptyDatasetError",
    message:
      "x.npy: no item is left: all 2 are bad, the first is item 0: value 0 is NaN; expected finite float32 numbers; " +
      "expected at least 1 item",
  });
});

test("damaged files say what is wrong, whatever is cut off", async (t) => {
  const whole = npyOfFloats([
    [1, 2],
    [3, 4],
  ]);
  const damaged = Buffer.from(whole);
  damaged[6] = 9;
  const at = await putFiles(t, {
    "cut.npy": whole.subarray(0, whole.length - 3),
    "header.npy": whole.subarray(0, 40),
    "magic.npy": whole.subarray(0, 8),
    "long.npy": Buffer.concat([whole, Buffer.from("xy")]),
    "version.npy": damaged,
    "text.npy": "a,b\n1,2\n",
    "empty.npy": "",
    "dict.npy": npyBytes({ descr: "'<f4'", shape: "nothing" }, new Uint8Array()),
  });
  const refused = (name: string, message: string) =>
    assert.rejects(openNpy(at(name)), { message: `${at(name)}: ${message}` });
  const magic = "expected a .npy file, as np.save writes: 93 4e 55 4d 50 59 (\\x93NUMPY)";
  await refused("cut.npy", "truncated, 3 bytes are missing (has 141 bytes, its header promises 144)");
  await refused("header.npy", "truncated, 88 bytes are missing (has 40 bytes, its header promises 128)");
  await refused("magic.npy", "truncated, 2 bytes are missing (has 8 bytes, its header promises 10)");
  await refused("long.npy", "2 trailing bytes after the last value (has 146 bytes, its header promises 144)");
  await refused("version.npy", "has format version 9; expected version 1, 2 or 3");
  await refused("text.npy", `starts with bytes 61 2c 62 0a 31 2c; ${magic}`);
  await refused("empty.npy", `starts with bytes (it is empty); ${magic}`);
  await assert.rejects(openNpy(at("dict.npy")), /has the header ".*nothing.*"; expected a dict of descr/);
  await assert.rejects(openNpy(at(".")), { message: `${at(".")}: is a folder; expected a .npy file` });
  await assert.rejects(openSource(at("no.npy")), {
    message: `${at("no.npy")}: no such file; expected a .npy file`,
  });
});

test("a file that shrinks while it is open is reported, not read as zeros", async (t) => {
  const at = await putFiles(t, {
    "x.npy": npyOfFloats([
      [1, 2],
      [3, 4],
    ]),
  });
  const dataset = await openNpy(at("x.npy"));
  await truncate(at("x.npy"), 140);
  await assert.rejects(dataset.read(0, 2), { name: "FileSizeError" });
  await assert.rejects(async () => dataset.gather?.(Uint32Array.of(1)), { name: "FileSizeError" });
  await dataset.close?.();
});
