// The plane in which codes vary most.

/** Directions that are iterated beside the two wanted, so that these come out sooner. */
const EXTRA = 6;
const ROUNDS = 40;

/**
 * Coordinates of codes along their two leading principal components, by orthogonal iteration (Golub & Van Loan, section
 * 8.2.4): unlike a whole decomposition it takes no longer than a few products, however large the codes.
 *
 * @param codes [rows, size], size at least 2
 * @returns [rows, 2], around the mean; the larger variance first
 */
export function projectOnPlane(codes: Float32Array, size: number): Float32Array {
  const rows = codes.length / size;
  const centred = centre(codes, size);
  const count = Math.min(size, 2 + EXTRA);
  let directions = orthonormal(
    Array.from({ length: count }, (_, k) =>
      // Anything that is not at a right angle to what is looked for, and the same each time.
      Float64Array.from({ length: size }, (_, d) => Math.cos(1 + d * (k + 1) * 1.618)),
    ),
  );
  let spread = new Float64Array(count);
  for (let round = 0; round < ROUNDS; round++) {
    const images = directions.map((direction) => timesCovariance(centred, size, direction));
    spread = Float64Array.from(images, (one, k) => dot(one, directions[k] as Float64Array));
    const order = [...images.keys()].sort((a, b) => (spread[b] as number) - (spread[a] as number));
    directions = orthonormal(order.map((k) => images[k] as Float64Array));
  }
  const [first, second] = directions as [Float64Array, Float64Array];
  const plane = new Float32Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    const row = centred.subarray(i * size, (i + 1) * size);
    plane[2 * i] = dot(row, first);
    plane[2 * i + 1] = dot(row, second);
  }
  return plane;
}

function centre(codes: Float32Array, size: number): Float64Array {
  const rows = codes.length / size;
  const means = new Float64Array(size);
  codes.forEach((value, i) => {
    means[i % size] = (means[i % size] as number) + value / rows;
  });
  return Float64Array.from(codes, (value, i) => value - (means[i % size] as number));
}

/** Xᵀ(X·v). */
function timesCovariance(x: Float64Array, size: number, v: Float64Array): Float64Array {
  const result = new Float64Array(size);
  for (let start = 0; start < x.length; start += size) {
    const row = x.subarray(start, start + size);
    const along = dot(row, v);
    for (let d = 0; d < size; d++) result[d] = (result[d] as number) + along * (row[d] as number);
  }
  return result;
}

/** Gram & Schmidt, twice each: what is left of codes that do not vary is rounding. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = vector.slice();
    for (const other of [...done, ...done]) {
      const along = dot(rest, other);
      for (let d = 0; d < rest.length; d++) rest[d] = (rest[d] as number) - along * (other[d] as number);
    }
    const length = Math.sqrt(dot(rest, rest));
    done.push(length > 0 ? rest.map((value) => value / length) : rest);
  }
  return done;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
