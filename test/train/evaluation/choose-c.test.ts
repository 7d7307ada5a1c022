// The strength of a probe's penalty, chosen.
import assert from "node:assert/strict";
import test from "node:test";
import { candidates, chooseC } from "../../../train/evaluation/choose-c.ts";
import { probe } from "../../../train/evaluation/probe.ts";
import { onOnnx } from "../../helpers/kernels.ts";
import { lehmer } from "./lehmer.ts";

const SIZE = 110;
const ROWS = 120;
/** Two classes that one number in a hundred and ten tells apart, most of the time: a weak penalty learns the noise by heart. */
const labels = Array.from({ length: ROWS }, (_, i) => i % 2);
const codes = Float32Array.from(
  lehmer(3, ROWS * SIZE),
  (draw, i) => draw + (i % SIZE === 0 ? 0.6 * (labels[Math.floor(i / SIZE)] as number) : 0),
);

test("the penalty is the best on rows that were held back, and they follow from the seed", async () => {
  const [choice, again, ...others] = await onOnnx(async () => {
    const found = [];
    for (const seed of [1, 1, 2, 3, 4, 5]) found.push(await chooseC({ codes, labels }, SIZE, { seed }));
    return found;
  });
  assert.deepEqual(choice, again);
  assert.ok(candidates.includes(choice?.c as number));
  assert.ok(others.some(({ accuracy }) => accuracy !== choice?.accuracy));
});

test("a penalty that learns less by heart reads fresh rows better than a weak one", async () => {
  const fresh = Float32Array.from(
    lehmer(77, ROWS * SIZE),
    (draw, i) => draw + (i % SIZE === 0 ? 0.6 * (labels[Math.floor(i / SIZE)] as number) : 0),
  );
  const [chosen, weak] = await onOnnx(async () => {
    const { c } = await chooseC({ codes, labels }, SIZE);
    const on = (strength: number) =>
      probe({ codes, labels }, { codes: fresh, labels }, SIZE, { c: strength });
    return [await on(c), await on(1000)];
  });
  assert.ok((chosen?.accuracy ?? 0) > (weak?.accuracy ?? 1), `${chosen?.accuracy} against ${weak?.accuracy}`);
});
