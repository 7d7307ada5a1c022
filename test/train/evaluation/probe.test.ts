// The logistic probe against scikit-learn.
import assert from "node:assert/strict";
import test from "node:test";
import { probe } from "../../../train/evaluation/probe.ts";
import { onOnnx } from "../../helpers/kernels.ts";
import { lehmer } from "./lehmer.ts";

/** Three classes that overlap, in numbers of very different size. */
const labels = Array.from({ length: 150 }, (_, i) => i % 3);
const codes = Float32Array.from(lehmer(11, 600), (draw, i) => {
  const label = labels[Math.floor(i / 4)] as number;
  const size = [3, 1, 10, 0.2][i % 4] as number;
  return draw * size + ([label, label === 1 ? 0.3 : 0, -2 * label, 0][i % 4] as number);
});
const part = (from: number, to: number) => ({
  codes: codes.subarray(4 * from, 4 * to),
  labels: labels.slice(from, to),
});

// scikit-learn 1.9: LogisticRegression(C=c, tol=1e-8) after StandardScaler; log_loss + ‖coef_‖² / (2·c·90).
for (const { c, accuracy, objective } of [
  { c: 1, accuracy: 0.8, objective: 0.6169549054173211 },
  { c: 0.01, accuracy: 46 / 60, objective: 0.9874722726021273 },
]) {
  test(`with C = ${c} it reaches the minimum and the accuracy of scikit-learn`, async () => {
    const found = await onOnnx(() => probe(part(0, 90), part(90, 150), 4, { c }));
    assert.ok(found.converged);
    assert.ok(Math.abs(found.objective - objective) < 1e-5, `objective ${found.objective}`);
    assert.equal(found.accuracy, accuracy);
  });
}

test("with one factor for all numbers, a number ten times as large counts a hundred times as much", async () => {
  // Each alone: the second number tells the classes apart, the first is large and says nothing.
  const rows = 200;
  const labels = Array.from({ length: rows }, (_, i) => i % 2);
  const noise = lehmer(5, 2 * rows);
  const codes = Float32Array.from({ length: 2 * rows }, (_, i) =>
    i % 2 === 0 ? 100 * (noise[i] as number) : (labels[(i - 1) / 2] as number) + 0.2 * (noise[i] as number),
  );
  const read = (scale: "each" | "all") =>
    onOnnx(() => probe({ codes, labels }, { codes, labels }, 2, { c: 0.01, scale }));
  assert.equal((await read("each")).accuracy, 1);
  const all = await read("all");
  assert.ok(all.accuracy < 0.8, `${all.accuracy}`);
  // One factor: the same as a penalty on codes as they are, whose C is that much larger.
  const variance = [0, 1].reduce((sum, d) => {
    const column = codes.filter((_, i) => i % 2 === d);
    const mean = column.reduce((total, one) => total + one, 0) / rows;
    return sum + column.reduce((total, one) => total + (one - mean) ** 2, 0) / rows / 2;
  }, 0);
  const scaled = codes.map((one) => one / Math.sqrt(variance));
  const again = await onOnnx(() =>
    probe({ codes: scaled, labels }, { codes: scaled, labels }, 2, { c: 0.01, scale: "all" }),
  );
  assert.ok(Math.abs(again.objective - all.objective) < 1e-6);
});

test("labels may be any whole numbers, and a number that never varies says nothing", async () => {
  const train = { codes: Float32Array.of(0, 5, 1, 5, 10, 5, 11, 5), labels: [-3, -3, 900, 900] };
  const other = { codes: Float32Array.of(2, 5, 9, 5, 9, 5), labels: [-3, 900, 4] };
  assert.equal((await onOnnx(() => probe(train, other, 2))).accuracy, 2 / 3);
});

test("progress is told, and what it throws ends the probe", async () => {
  const stop = (share: number) => {
    if (share > 0) throw new Error("enough");
  };
  await assert.rejects(
    onOnnx(() => probe(part(0, 90), part(90, 150), 4, { onProgress: stop })),
    /^Error: enough$/,
  );
});
