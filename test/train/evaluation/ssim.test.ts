// SSIM against scikit-image and closed forms.
import assert from "node:assert/strict";
import test from "node:test";
import { fitsSsim, ssim } from "../../../train/evaluation/ssim.ts";

/** A picture of waves that get shorter. */
function waves([height, width, channels]: readonly [number, number, number], pitch: number): Float32Array {
  return Float32Array.from(
    { length: height * width * channels },
    (_, i) => 0.5 + 0.5 * Math.sin((pitch * i * i) / (height * width)),
  );
}

const mix = (a: Float32Array, b: Float32Array, share: number) =>
  a.map((value, i) => share * value + (1 - share) * (b[i] as number));
const close = (actual: number, expected: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual}; expected ${expected}`);

// scikit-image 0.26: structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1).
test("a gray picture scores what scikit-image gives it", () => {
  const shape = [13, 17, 1] as const;
  const a = waves(shape, 1.3);
  close(ssim(a, mix(a, waves(shape, 2.1), 0.7), shape), 0.8904189613654755);
});

test("a colour picture scores the mean of its channels, as in scikit-image", () => {
  const shape = [12, 15, 3] as const;
  const a = waves(shape, 0.9);
  close(ssim(a, mix(a, waves(shape, 1.7), 0.6), shape), 0.7901328915397485);
});

test("a picture is wholly similar to itself, and flat ones differ by their brightness alone", () => {
  const shape = [11, 11, 1] as const;
  close(ssim(waves(shape, 2), waves(shape, 2), shape), 1);
  const flat = (value: number) => new Float32Array(121).fill(value);
  close(ssim(flat(0.25), flat(0.75), shape), (2 * 0.25 * 0.75 + 1e-4) / (0.25 ** 2 + 0.75 ** 2 + 1e-4));
  // The same in other units.
  close(ssim(flat(63.75), flat(191.25), shape, 255), ssim(flat(0.25), flat(0.75), shape));
});

test("a window has to fit into a picture", () => {
  assert.deepEqual([[11, 11, 1], [10, 28, 1], [28, 10, 3], [784], [28, 28]].map(fitsSsim), [
    true,
    false,
    false,
    false,
    false,
  ]);
});
