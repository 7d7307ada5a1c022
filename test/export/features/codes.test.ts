// Codes in fewer bits, against NumPy and the bound that rounding has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromFloat16, packCodes, unpackCodes } from "../../../export/features/codes.ts";
import { numpy, python } from "../../helpers/numpy.ts";
import { skipWithout } from "../../helpers/requirements.ts";

const codes = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * 1.7) * 10 ** ((i % 7) - 3));

test("float16 codes are read as NumPy reads their bits", { skip: skipWithout(python) }, () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((bits) => (bits & 0x7c00) !== 0x7c00);
  const expected = numpy(
    `print(json.dumps(np.arange(65536, dtype=np.uint16)[(np.arange(65536) & 0x7c00) != 0x7c00].view(np.float16).astype(float).tolist()))`,
  );
  // JSON has no -0: what is compared are values.
  assert.deepEqual(
    Array.from(all, (bits) => fromFloat16(bits) + 0),
    (expected as number[]).map((value) => value + 0),
  );
  assert.ok(Number.isNaN(fromFloat16(0x7e00)));
  assert.equal(fromFloat16(0xfc00), Number.NEGATIVE_INFINITY);
});

test("float32 codes are kept as they are", () => {
  assert.equal(packCodes(codes, 6, "float32").vectors, codes);
});

test("float16 codes come back to within half a unit in the last of 11 bits", () => {
  const { vectors } = packCodes(codes, 6, "float16");
  unpackCodes(vectors, 6).forEach((value, i) => {
    const code = codes[i] as number;
    assert.ok(
      Math.abs(value - code) <= Math.max(Math.abs(code) * 2 ** -11, 2 ** -25),
      `${code} became ${value}`,
    );
  });
});

test("int8 codes come back to within half of their row's scale, and each row uses 127", () => {
  const { vectors, scales } = packCodes(codes, 6, "int8");
  unpackCodes(vectors, 6, scales).forEach((value, i) => {
    const scale = scales?.[Math.floor(i / 6)] as number;
    assert.ok(Math.abs(value - (codes[i] as number)) <= 0.5001 * scale, `${codes[i]} became ${value}`);
  });
  for (let row = 0; row < 10; row++) {
    const magnitudes = Array.from(vectors.subarray(row * 6, row * 6 + 6), Math.abs);
    assert.equal(Math.max(...magnitudes), 127);
  }
});

test("a row of zeros stays one", () => {
  const { vectors, scales } = packCodes(new Float32Array(4), 2, "int8");
  assert.deepEqual([...unpackCodes(vectors, 2, scales)], [0, 0, 0, 0]);
});
