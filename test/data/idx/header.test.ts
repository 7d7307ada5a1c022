// IDX headers, right and wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { looksLikeIdx, parseIdxHeader } from "../../../data/idx/header.ts";
import { idxOfBytes } from "../../helpers/idx-files.ts";

const header = (bytes: ArrayLike<number>) => parseIdxHeader(Uint8Array.from(bytes), "f");

test("dimensions are big-endian: 00 00 01 02 is 258", () => {
  const bytes = new Uint8Array(8 + 258);
  bytes.set([0, 0, 8, 1, 0, 0, 1, 2]);
  assert.deepEqual(parseIdxHeader(bytes, "f"), { type: "uint8", dimensions: [258], offset: 8, count: 258 });
});

test("a file that does not start with 00 00 is refused with its bytes", () => {
  assert.throws(() => header([0x50, 0x4b, 3, 4, 0, 0, 0, 0]), {
    name: "FormatError",
    message: "f: starts with bytes 50 4b 03 04; expected an IDX file, starting with 00 00",
  });
});

test("an unknown element type is refused with the known ones", () => {
  assert.throws(() => header([0, 0, 0x0a, 1, 0, 0, 0, 0]), {
    name: "FormatError",
    message:
      "f: starts with bytes 00 00 0a 01, element type 0x0a; expected 0x08 (uint8), 0x09 (int8), 0x0b (int16), " +
      "0x0c (int32), 0x0d (float32), 0x0e (float64)",
  });
  assert.throws(() => header([0, 0, 8, 0]), {
    message: "f: starts with bytes 00 00 08 00, 0 dimensions; expected at least 1 dimension",
  });
});

test("a truncated file says how many bytes are missing, in the header and in the values", () => {
  const whole = idxOfBytes([2, 3], [1, 2, 3, 4, 5, 6]);
  assert.throws(() => header(whole.subarray(0, 16)), {
    name: "FileSizeError",
    message: "f: truncated, 2 bytes are missing (has 16 bytes, its header promises 18)",
    actual: 16,
    expected: 18,
  });
  assert.throws(() => header(whole.subarray(0, 7)), {
    message: "f: truncated, 5 bytes are missing (has 7 bytes, its header promises 12)",
  });
  assert.throws(() => header([0, 0]), {
    message: "f: truncated, 2 bytes are missing (has 2 bytes, its header promises 4)",
  });
});

test("bytes after the last value are refused", () => {
  assert.throws(() => header([...idxOfBytes([1, 1], [7]), 0, 0, 0]), {
    message: "f: 3 trailing bytes after the last value (has 16 bytes, its header promises 13)",
  });
});

test("dimensions too large for any memory are refused before anything is allocated", () => {
  const all = [0xff, 0xff, 0xff, 0xff];
  assert.throws(() => header([0, 0, 8, 3, ...all, ...all, ...all]), { name: "FileSizeError" });
});

test("only bytes that can be a header look like IDX", () => {
  assert.equal(looksLikeIdx(Uint8Array.of(0, 0, 0x0d, 2)), true);
  assert.equal(looksLikeIdx(Uint8Array.of(0, 0, 0x0d, 0)), false);
  assert.equal(looksLikeIdx(Uint8Array.of(0, 0, 0x07, 1)), false);
  assert.equal(looksLikeIdx(Uint8Array.of(0, 0, 8)), false);
});
