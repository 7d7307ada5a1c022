// Complex numbers and Fourier transforms, against tfjs-backend-cpu and the definition.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported } from "../../../helpers/exported.ts";
import { assertSameOnBoth, floats, onOnnx } from "../../../helpers/kernels.ts";

const noGradient = { gradient: false };
type Complex = (re?: tf.Tensor, im?: tf.Tensor) => tf.Tensor;
const z: Complex = (re, im) => tf.complex(re as tf.Tensor, im as tf.Tensor);

test("complex numbers are made, taken apart and measured", async () => {
  for (const shape of [[], [3], [2, 3], [7, 2, 2]]) {
    const parts = [floats(shape, 1), floats(shape, 2)];
    await assertSameOnBoth(
      (re, im) => [z(re, im), tf.real(z(re, im)), tf.imag(z(re, im)), tf.abs(z(re, im))],
      parts,
      noGradient,
    );
  }
});

test("complex numbers are added, multiplied, moved and joined", async () => {
  const parts = [floats([2, 3], 1), floats([2, 3], 2)];
  await assertSameOnBoth(
    (re, im) => {
      const w = z(im, re);
      return [
        tf.add(z(re, im), w),
        tf.mul(z(re, im), w),
        tf.concat([z(re, im), w], 1),
        // tfjs-backend-cpu gives a complex number's parts their new shape in the original, too: not w itself.
        tf.reshape(z(re, im), [3, 2]),
        tf.transpose(w),
        tf.stack([w, w], 1),
      ];
    },
    parts,
    noGradient,
  );
});

for (const [name, transform] of Object.entries({ fft: tf.spectral.fft, ifft: tf.spectral.ifft })) {
  test(`${name} agrees for every length up to 40 and every batch`, async () => {
    for (let n = 1; n <= 40; n++) {
      const shape = n % 3 === 0 ? [n] : n % 3 === 1 ? [2, n] : [7, n];
      await assertSameOnBoth(
        (re, im) => transform(z(re, im)),
        [floats(shape, 1), floats(shape, 2)],
        noGradient,
      );
    }
  });
}

test("long transforms of any length are exact to float32", async () => {
  for (const n of [1000, 1023, 1024, 1031]) {
    const [re, im] = [floats([n], 1).values, floats([n], 2).values];
    const data = await onOnnx(() => tf.spectral.fft(tf.complex([...re], [...im])).data());
    let largest = 0;
    for (let k = 0; k < n; k += 37) {
      let [sumRe, sumIm] = [0, 0];
      for (let t = 0; t < n; t++) {
        const angle = (-2 * Math.PI * ((k * t) % n)) / n;
        const [a, b] = [re[t] as number, im[t] as number];
        sumRe += a * Math.cos(angle) - b * Math.sin(angle);
        sumIm += a * Math.sin(angle) + b * Math.cos(angle);
      }
      largest = Math.max(
        largest,
        Math.abs(sumRe - (data[2 * k] as number)),
        Math.abs(sumIm - (data[2 * k + 1] as number)),
      );
    }
    // The transform's values are of the size √n ≈ 40.
    assert.ok(largest < 1e-3, `n = ${n}: off by ${largest}`);
  }
});

test("spectra of real signals, cropped, padded and brought back", async () => {
  const setting = fc.record({
    rows: fc.constantFrom(1, 2, 7),
    length: fc.integer({ min: 1, max: 20 }),
    fftLength: fc.option(fc.integer({ min: 1, max: 24 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(setting, async ({ rows, length, fftLength }) => {
      await assertSameOnBoth(
        (x) => {
          const spectrum = tf.spectral.rfft(x as tf.Tensor, fftLength);
          return [spectrum, tf.spectral.irfft(spectrum)];
        },
        [floats([rows, length])],
        noGradient,
      );
    }),
    { seed: 1, numRuns: 25 },
  );
});

test("a signal's short-time spectrum is computed frame by frame", async () => {
  for (const [frame, step, length] of [
    [4, 2, undefined],
    [6, 3, 8],
    [5, 4, 5],
  ] as const) {
    await assertSameOnBoth(
      (x) => {
        const spectrum = tf.signal.stft(x as tf.Tensor1D, frame, step, length);
        return [spectrum, tf.abs(spectrum)];
      },
      [floats([23])],
      noGradient,
    );
  }
});

test("the batch stays free in spectra", async () => {
  const programs: Record<string, (x: tf.Tensor) => tf.Tensor | tf.Tensor[]> = {
    "power spectrum": (x) => tf.abs(tf.spectral.rfft(x)).square(),
    "there and back": (x) => tf.spectral.irfft(tf.spectral.rfft(x, 8)),
  };
  for (const [name, program] of Object.entries(programs)) {
    await assertExported(program, {
      name,
      inputs: [{ name: "x", shape: ["batch", 6] }],
      feeds: (batch) => [floats([batch, 6])],
    });
  }
});
