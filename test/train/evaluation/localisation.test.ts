// Where signals are in time and frequency, against what is known of them in closed form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { localise } from "../../../train/evaluation/localisation.ts";
import { random } from "../../helpers/kernels.ts";

const near = (found: number, expected: number, share: number) =>
  assert.ok(Math.abs(found - expected) <= share * expected, `${found} is not within ${share} of ${expected}`);

/** exp(-(t - centre)² / 2σ²)·cos(2πft). */
const gabor = (length: number, centre: number, sigma: number, cycles: number) =>
  Float64Array.from(
    { length },
    (_, t) => Math.exp(-((t - centre) ** 2) / (2 * sigma ** 2)) * Math.cos(2 * Math.PI * cycles * t),
  );

/** White, of variance 1: the sum of twelve uniform numbers is nearly normal. */
function noise(length: number, seed: number): Float64Array {
  const next = random(seed);
  return Float64Array.from({ length }, () => Array.from({ length: 12 }, next).reduce((a, b) => a + b) - 6);
}

test("Gabor's elementary signal has an area of 1, wherever it is and however long", () => {
  for (const [centre, sigma, cycles] of [
    [128, 20, 0.1],
    [90, 8, 0.3],
    [150, 12, 0.2],
  ] as const) {
    const { time, frequency, area } = localise(gabor(256, centre, sigma, cycles));
    near(time.centre, centre, 1e-3);
    near(frequency.centre, cycles, 1e-3);
    // The energy is a bell curve of standard deviation σ/√2, whose (∫e)²/∫e² is 2√π times that.
    near(time.width, Math.sqrt(2 * Math.PI) * sigma, 1e-3);
    near(area, 1, 1e-3);
  }
});

test("a tone fills its window, and its spectrum is a sinc whose square is 3/2 wide", () => {
  const { time, frequency, area } = localise(Float64Array.from({ length: 256 }, (_, t) => Math.sin(0.7 * t)));
  near(time.width, 256, 0.03);
  near(time.centre, 127.5, 0.01);
  near(frequency.width, 1.5 / 256, 0.01);
  near(area, 1.5, 0.03);
});

test("a click is as short as can be, and of all frequencies", () => {
  const click = new Float64Array(128);
  click[20] = -3;
  const { time, frequency } = localise(click);
  assert.ok(time.width < 3, `${time.width} samples`);
  near(time.centre, 20, 0.01);
  near(frequency.width, 0.5, 0.01);
});

test("white noise takes about an eighth of its length", () => {
  const areas = Array.from({ length: 60 }, (_, i) => localise(noise(256, 10 + i)).area);
  near(areas.reduce((sum, area) => sum + area, 0) / areas.length, 256 / 8, 0.1);
});

test("a faint noise does not decide it, and loudness does not count", () => {
  const faint = noise(256, 7);
  const clean = gabor(256, 120, 15, 0.15);
  const noisy = clean.map((value, i) => 5 * (value + 0.01 * (faint[i] as number)));
  near(localise(noisy).area, localise(clean).area, 0.05);
});

test("a silent signal is nowhere", () => {
  assert.throws(() => localise(new Float32Array(32)), {
    name: "RangeError",
    message: "a signal that is 0 everywhere has no place in time and frequency",
  });
});
