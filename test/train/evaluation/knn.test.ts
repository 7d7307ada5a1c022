// Nearest neighbours against a search by hand.
import assert from "node:assert/strict";
import test from "node:test";
import { knnAccuracy } from "../../../train/evaluation/knn.ts";
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
