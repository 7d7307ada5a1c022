// How well a score tells outliers from normal items.

/**
 * Area under the ROC curve: the chance that an outlier scores higher than a normal item, ties counting half (Mann &
 * Whitney 1947). NaN where there are no outliers, or no normal items.
 */
export function rocAuc(scores: ArrayLike<number>, isOutlier: ArrayLike<boolean>): number {
  const order = Array.from(scores, (score, i) => ({ score, outlier: isOutlier[i] === true })).sort(
    (a, b) => a.score - b.score,
  );
  const outliers = order.filter(({ outlier }) => outlier).length;
  let ranks = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && order[end]?.score === order[start]?.score) end++;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (order[i]?.outlier) ranks += rank;
    start = end;
  }
  return (ranks - (outliers * (outliers + 1)) / 2) / (outliers * (order.length - outliers));
}
