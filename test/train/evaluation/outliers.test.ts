// ROC AUC against its definition, pair by pair, and scikit-learn.
import assert from "node:assert/strict";
import test from "node:test";
import { rocAuc } from "../../../train/evaluation/outliers.ts";
import { lehmer } from "./lehmer.ts";

test("the area is the share of pairs in which the outlier scores higher, ties counting half", () => {
  const scores = lehmer(5, 40).map((score) => Math.round(10 * score) / 10);
  const isOutlier = lehmer(6, 40).map((draw) => draw < 0.4);
  let [wins, pairs] = [0, 0];
  scores.forEach((outlier, i) => {
    scores.forEach((normal, j) => {
      if (!isOutlier[i] || isOutlier[j]) return;
      pairs++;
      wins += outlier > normal ? 1 : outlier === normal ? 0.5 : 0;
    });
  });
  const area = rocAuc(scores, isOutlier);
  assert.ok(Math.abs(area - wins / pairs) < 1e-12);
  assert.ok(Math.abs(area - 0.39) < 1e-12, "scikit-learn 1.9: roc_auc_score");
});

test("scores that part the two perfectly have 1, the other way round 0, equal ones one half", () => {
  const isOutlier = [false, true, false, true];
  assert.equal(rocAuc([1, 3, 2, 4], isOutlier), 1);
  assert.equal(rocAuc([4, 1, 3, 2], isOutlier), 0);
  assert.equal(rocAuc([7, 7, 7, 7], isOutlier), 0.5);
  assert.ok(Number.isNaN(rocAuc([1, 2], [true, true])));
});
