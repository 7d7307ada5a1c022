// Learning rates over a run, by hand.
import assert from "node:assert/strict";
import test from "node:test";
import { resolveConfig } from "../../train/config/index.ts";
import { scheduleFactor } from "../../train/schedules.ts";

type Schedule = ReturnType<typeof resolveConfig>["optimizer"]["schedule"];
const schedule = (config: Partial<Schedule>) =>
  resolveConfig({ optimizer: { schedule: config } }).optimizer.schedule;
const at = (config: Partial<Schedule>, epochs: number, plateaus = 0) =>
  scheduleFactor(schedule(config), { epochs, of: 10, plateaus });

test("constant stays, step falls every few epochs, plateau with each plateau", () => {
  assert.deepEqual(
    [0, 5, 9.9].map((e) => at({ kind: "constant" }, e)),
    [1, 1, 1],
  );
  assert.deepEqual(
    [0, 1.9, 2, 4.5].map((e) => at({ kind: "step", every: 2, factor: 0.5 }, e)),
    [1, 1, 0.5, 0.25],
  );
  assert.deepEqual(
    [0, 1, 3].map((n) => at({ kind: "plateau", factor: 0.1 }, 5, n)),
    [1, 0.1, 0.1 ** 3],
  );
});

test("cosine falls from 1 over a half to 0", () => {
  const values = [0, 5, 10].map((e) => at({ kind: "cosine" }, e));
  assert.deepEqual(
    values.map((v) => Math.round(v * 1e9) / 1e9),
    [1, 0.5, 0],
  );
});

test("warm-up rises from 0, and cosine falls over what is left", () => {
  assert.equal(at({ kind: "cosine", warmup: 2 }, 0), 0);
  assert.equal(at({ kind: "cosine", warmup: 2 }, 1), 0.5);
  assert.equal(at({ kind: "cosine", warmup: 2 }, 2), 1);
  assert.ok(Math.abs(at({ kind: "cosine", warmup: 2 }, 6) - 0.5) < 1e-9);
});
