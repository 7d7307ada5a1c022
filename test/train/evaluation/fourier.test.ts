// The fast transform against the sum it stands for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fourier } from "../../../train/evaluation/fourier.ts";
import { random } from "../../helpers/kernels.ts";

function values(length: number, seed: number): Float64Array {
  const next = random(seed);
  return Float64Array.from({ length }, () => next() - 0.5);
}

test("every coefficient is the sum that defines it", () => {
  for (const size of [1, 2, 8, 64]) {
    const [re, im] = [values(size, 1), values(size, 2)];
    const found = fourier({ re, im });
    for (let k = 0; k < size; k++) {
      let [sumRe, sumIm] = [0, 0];
      for (let n = 0; n < size; n++) {
        const angle = (-2 * Math.PI * k * n) / size;
        const [x, y] = [re[n] as number, im[n] as number];
        sumRe += x * Math.cos(angle) - y * Math.sin(angle);
        sumIm += x * Math.sin(angle) + y * Math.cos(angle);
      }
      assert.ok(Math.abs((found.re[k] as number) - sumRe) < 1e-12 * size, `size ${size}, k ${k}`);
      assert.ok(Math.abs((found.im[k] as number) - sumIm) < 1e-12 * size, `size ${size}, k ${k}`);
    }
  }
});

test("the inverse gives the signal back, and leaves what it was given alone", () => {
  const [re, im] = [values(32, 3), values(32, 4)];
  const given = re.slice();
  const back = fourier(fourier({ re, im }), true);
  back.re.forEach((value, i) => {
    assert.ok(Math.abs(value - (re[i] as number)) < 1e-14);
  });
  back.im.forEach((value, i) => {
    assert.ok(Math.abs(value - (im[i] as number)) < 1e-14);
  });
  assert.deepEqual(re, given);
});

test("a length that is no power of two is refused", () => {
  assert.throws(() => fourier({ re: new Float64Array(6), im: new Float64Array(6) }), {
    name: "RangeError",
    message: "a signal of 6 and 6 values; expected a power of two, twice",
  });
  assert.throws(() => fourier({ re: new Float64Array(4), im: new Float64Array(2) }), RangeError);
});
