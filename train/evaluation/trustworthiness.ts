// Whether points that are near each other on a map are near each other in the data.

/** Room for a point's number beside its distance's 32 bits in a float64, which is exact up to 2⁵³. */
const MOST_POINTS = 2 ** 20;

/** For each point, the places of all others by their distance from it: [n, n], 0 for the point itself. */
export interface Ranks {
  readonly n: number;
  readonly ranks: Uint32Array;
}

/**
 * Ranks of points by Euclidean distance; of equally distant ones the earlier comes first. Takes n² · size steps and
 * 8·n² bytes: meant for a sample.
 *
 * @param points [n, size], row-major
 */
export function rankNeighbours(points: Float32Array, size: number): Ranks {
  const n = points.length / size;
  if (n > MOST_POINTS) throw new RangeError(`${n} points; expected at most ${MOST_POINTS}`);
  const distances = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const distance = squaredDistance(points, size, i, j);
      distances[i * n + j] = distance;
      distances[j * n + i] = distance;
    }
  }
  // The bits of floats that are not negative are in the order of the floats: they are sorted as numbers, together with
  // the point they belong to.
  const bits = new Uint32Array(distances.buffer);
  const ranks = new Uint32Array(n * n);
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) keys[j] = (bits[i * n + j] as number) * MOST_POINTS + j;
    // The point itself comes first, also among its duplicates.
    keys[i] = -1;
    keys.sort();
    for (let rank = 1; rank < n; rank++) ranks[i * n + ((keys[rank] as number) % MOST_POINTS)] = rank;
  }
  return { n, ranks };
}

/**
 * Trustworthiness (Venna & Kaski 2001): 1 − 2 / (n·k·(2n − 3k − 1)) · Σᵢ Σ max(0, rank − k) over the k nearest neighbours
 * of i on the map, `rank` being their place in the data. 1 is perfect; a random map has about ½.
 *
 * Throws `RangeError` unless k is below n / 2.
 *
 * @param ranks of the items
 * @param map [n, size], of the same points
 */
export function trustworthiness({ n, ranks }: Ranks, map: Float32Array, size: number, k: number): number {
  if (!(k >= 1 && k < n / 2)) {
    throw new RangeError(`${k} neighbours of ${n} points; expected from 1 to below half as many as points`);
  }
  let penalty = 0;
  for (let i = 0; i < n; i++) {
    for (const neighbour of nearest(map, size, i, k))
      penalty += Math.max(0, (ranks[i * n + neighbour] as number) - k);
  }
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * penalty;
}

/** The k points nearest to point i, itself left out. */
function nearest(points: Float32Array, size: number, i: number, k: number): number[] {
  const found: { readonly point: number; readonly distance: number }[] = [];
  for (let j = 0; j < points.length / size; j++) {
    if (j === i) continue;
    const distance = squaredDistance(points, size, i, j);
    if (found.length === k && distance >= (found[k - 1]?.distance as number)) continue;
    const at = found.findIndex((other) => distance < other.distance);
    found.splice(at < 0 ? found.length : at, 0, { point: j, distance });
    found.length = Math.min(found.length, k);
  }
  return found.map(({ point }) => point);
}

function squaredDistance(points: Float32Array, size: number, i: number, j: number): number {
  const [a, b] = [i * size, j * size];
  let sum = 0;
  for (let d = 0; d < size; d++) sum += ((points[a + d] as number) - (points[b + d] as number)) ** 2;
  return sum;
}
