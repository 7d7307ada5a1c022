// Nearest neighbours against a search by hand.
import assert from "node:assert/strict";
import test from "node:test";
import { knnAccuracy, leaveOneOutAccuracy } from "../../../train/evaluation/knn.ts";
import { floats, onOnnx } from "../../helpers/kernels.ts";

test("accuracy equals that of a plain search over all distances", async () => {
  const [size, points, queries, k] = [4, 300, 260, 5];
  const label = (codes: readonly number[], i: number) =>
    ((codes[i * size] as number) > 0 ? 1 : 0) + ((codes[i * size + 1] as number) > 0.5 ? 2 : 0);
  const p = floats([points, size], 1).values;
  const q = floats([queries, size], 2).values;
  const labels = Array.from({ length: points }, (_, i) => label(p, i));
  const wanted = Array.from({ length: queries }, (_, i) => label(q, i));
  let right = 0;
  for (let i = 0; i < queries; i++) {
    const near = labels
      .map((of, j) => {
        let distance = 0;
        for (let d = 0; d < size; d++)
          distance += ((p[j * size + d] as number) - (q[i * size + d] as number)) ** 2;
        return { of, distance };
      })
      .sort((a, b) => a.distance - b.distance)
      .slice(0, k);
    const votes = [0, 1, 2, 3].map((c) => near.filter(({ of }) => of === c).length);
    if (votes.indexOf(Math.max(...votes)) === wanted[i]) right++;
  }
  const accuracy = await onOnnx(() =>
    knnAccuracy(
      { codes: Float32Array.from(p), labels },
      { codes: Float32Array.from(q), labels: wanted },
      size,
      k,
    ),
  );
  assert.ok(right > queries / 2 && right < queries, "the task is neither hopeless nor trivial");
  assert.equal(accuracy, right / queries);
});

test("between equally frequent classes the smaller number wins", async () => {
  const points = { codes: Float32Array.from([0, 1, 2, 3]), labels: [7, 3, 7, 3] };
  const query = (label: number) => ({ codes: Float32Array.from([1.4]), labels: [label] });
  assert.equal(await onOnnx(() => knnAccuracy(points, query(3), 1, 4)), 1);
  assert.equal(await onOnnx(() => knnAccuracy(points, query(7), 1, 4)), 0);
});

/** Accuracy among the k nearest others, by hand. */
function leaveOneOutByHand(codes: Float32Array, labels: readonly number[], size: number, k: number): number {
  const right = labels.filter((label, i) => {
    const near = labels
      .map((of, j) => {
        let distance = 0;
        for (let d = 0; d < size; d++)
          distance += ((codes[j * size + d] as number) - (codes[i * size + d] as number)) ** 2;
        return { of, j, distance };
      })
      .filter(({ j }) => j !== i)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, k);
    const votes = [0, 1, 2].map((c) => near.filter(({ of }) => of === c).length);
    return votes.indexOf(Math.max(...votes)) === label;
  });
  return right.length / labels.length;
}

for (const size of [2, 6]) {
  test(`points of ${size} numbers that are left out do not vote for themselves`, async () => {
    const codes = Float32Array.from(floats([270, size], 4).values);
    const labels = Array.from({ length: 270 }, (_, i) =>
      Math.floor((codes[i * size] as number) * 0.74 + 1.5),
    );
    const expected = leaveOneOutByHand(codes, labels, size, 10);
    assert.ok(expected > 0.6 && expected < 1, `accuracy ${expected}`);
    assert.equal(await onOnnx(() => leaveOneOutAccuracy({ codes, labels }, size, 10)), expected);
  });
}

test("points far from the origin are told apart by small distances", async () => {
  const codes = Float32Array.from({ length: 40 }, (_, i) =>
    i % 2 === 0 ? 3000 + (i + (i >= 20 ? 6 : 0)) / 64 : -1,
  );
  const labels = Array.from({ length: 20 }, (_, i) => Math.floor(i / 10));
  assert.equal(await onOnnx(() => leaveOneOutAccuracy({ codes, labels }, 2, 3)), 1);
});

test("fewer points than neighbours are refused", async () => {
  const points = { codes: new Float32Array(4), labels: [0, 1, 0, 1] };
  await assert.rejects(
    onOnnx(() => knnAccuracy(points, points, 1, 5)),
    /^RangeError: 4 points have no 5 nearest/,
  );
});
