// Corruptions do to items what their definitions say, to as many values as asked, and to others in each step.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { checkCorruption, corrupt } from "../../../train/corruptions/index.ts";
import { resolveConfig, type TrainConfigInput } from "../../../train/index.ts";
import { RandomTables, StepRandom } from "../../../train/random/step-random.ts";
import { floats, onOnnx } from "../../helpers/kernels.ts";

type Config = NonNullable<TrainConfigInput["corruption"]>;
const BATCH = 64;
const SHAPE = [20, 30, 2];
const SIZE = 20 * 30 * 2;
/** No value is 0 or 1, so that a changed one shows. */
const { values: CLEAN } = floats([BATCH, SIZE], 1, 0.1, 0.9);

async function corrupted(corruption: Config, step = 1) {
  const config = resolveConfig({ corruption }).corruption;
  return onOnnx(async () => {
    const tables = new RandomTables(1);
    const given = tf.tensor2d([...CLEAN], [BATCH, SIZE]);
    const items = { values: given, shape: SHAPE };
    const { values, mask } = corrupt(items, config, new StepRandom(tables, tables.keys(step)));
    assert.deepEqual([values.shape, mask.shape], [given.shape, given.shape]);
    const read = { values: await values.data(), mask: await mask.data() };
    tables.dispose();
    return read;
  });
}

const shareOf = (mask: ArrayLike<number>) => Array.from(mask).reduce((sum, x) => sum + x, 0) / mask.length;
const itemsOf = (mask: ArrayLike<number>) =>
  Array.from({ length: BATCH }, (_, i) => Array.from(mask).slice(i * SIZE, (i + 1) * SIZE));
/** 5 standard deviations of a share of all values. */
const near = (share: number) => 5 * Math.sqrt((share * (1 - share)) / (BATCH * SIZE));

test("clipped normal noise is the same noise, brought back to the edges of [0, 1]", async () => {
  const free = await corrupted({ kind: "gaussian", strength: 0.5 });
  const clipped = await corrupted({ kind: "gaussian", strength: 0.5, clip: true });
  assert.ok(free.values.some((value) => value < 0) && free.values.some((value) => value > 1));
  const expected = Array.from(free.values, (value) => Math.min(1, Math.max(0, value)));
  assert.deepEqual(Array.from(clipped.values), expected);
});

test("without a corruption items stay as they are", async () => {
  const { values, mask } = await corrupted({});
  assert.deepEqual(Array.from(values), CLEAN);
  assert.equal(shareOf(mask), 0);
});

test("masking sets the asked share of values to 0 and leaves the others", async () => {
  const { values, mask } = await corrupted({ kind: "masking", strength: 0.25 });
  values.forEach((value, i) => {
    assert.equal(value, mask[i] === 1 ? 0 : CLEAN[i]);
  });
  assert.ok(Math.abs(shareOf(mask) - 0.25) < near(0.25));
});

test("salt-and-pepper sets the asked share to 0 and to 1, half each", async () => {
  const { values, mask } = await corrupted({ kind: "salt-and-pepper", strength: 0.3 });
  const counts = { salt: 0, pepper: 0 };
  values.forEach((value, i) => {
    if (mask[i] === 1) counts[value === 1 ? "salt" : "pepper"]++;
    assert.ok(mask[i] === 1 ? value === 0 || value === 1 : Math.abs(value - (CLEAN[i] as number)) < 1e-7);
  });
  assert.ok(Math.abs(counts.salt / CLEAN.length - 0.15) < near(0.15));
  assert.ok(Math.abs(counts.pepper / CLEAN.length - 0.15) < near(0.15));
});

test("gaussian noise has mean 0 and the asked deviation", async () => {
  const { values, mask } = await corrupted({ kind: "gaussian", strength: 0.3 });
  const noise = Array.from(values, (value, i) => value - (CLEAN[i] as number));
  const mean = shareOf(noise);
  assert.ok(Math.abs(mean) < (5 * 0.3) / Math.sqrt(noise.length));
  const deviation = Math.sqrt(shareOf(noise.map((x) => (x - mean) ** 2)));
  assert.ok(Math.abs(deviation - 0.3) < 0.005);
  assert.equal(shareOf(mask), 1);
});

test("a rectangle of the asked area, whole and of the image's proportions, becomes 0 in all channels", async () => {
  const { values, mask } = await corrupted({ kind: "rectangle", strength: 0.25 });
  const corners = new Set<string>();
  for (const item of itemsOf(mask)) {
    const on = item.flatMap((value, i) => (value === 1 ? [i] : []));
    const rows = on.map((i) => Math.floor(i / 60));
    const columns = on.map((i) => Math.floor(i / 2) % 30);
    const [height, width] = [rows, columns].map((list) => Math.max(...list) - Math.min(...list) + 1) as [
      number,
      number,
    ];
    // Half of 20 and half of 30; a pixel more or less lies on the edge.
    assert.ok(Math.abs(height - 10) <= 1 && Math.abs(width - 15) <= 1, `${height}×${width}`);
    assert.equal(on.length, height * width * 2);
    corners.add(`${Math.min(...rows)},${Math.min(...columns)}`);
  }
  assert.ok(corners.size > BATCH / 2, "at other places in other items");
  values.forEach((value, i) => {
    assert.equal(value, mask[i] === 1 ? 0 : CLEAN[i]);
  });
});

test("a strength from a range is drawn for each item", async () => {
  const { mask } = await corrupted({ kind: "masking", strength: [0.1, 0.6] });
  const shares = itemsOf(mask).map(shareOf);
  assert.ok(Math.min(...shares) > 0.05 && Math.min(...shares) < 0.25);
  assert.ok(Math.max(...shares) < 0.65 && Math.max(...shares) > 0.45);
  assert.ok(Math.abs(shareOf(mask) - 0.35) < 0.1);
});

test("each step corrupts other values, and the same step the same ones", async () => {
  const masked = async (step: number) => (await corrupted({ kind: "masking", strength: 0.5 }, step)).mask;
  const first = await masked(1);
  assert.deepEqual(await masked(1), first);
  const second = await masked(2);
  const alike = first.filter((value, i) => value === second[i]).length / first.length;
  assert.ok(Math.abs(alike - 0.5) < near(0.5));
});

test("a rectangle needs images", () => {
  const { corruption } = resolveConfig({ corruption: { kind: "rectangle" } });
  checkCorruption(corruption, [28, 28, 1]);
  assert.throws(() => checkCorruption(corruption, [784]), {
    name: "ConfigError",
    message:
      'config: corruption.kind is "rectangle", and items have shape [784]; expected images [height, width, channels], or the kind masking',
  });
});
