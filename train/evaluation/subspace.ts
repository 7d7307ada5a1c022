// The angle between two subspaces: how far a linear autoencoder's is from that of PCA.
import { Matrix, QrDecomposition, SVD } from "ml-matrix";

/**
 * The largest principal angle between the spaces that two sets of vectors span, in degrees: 0 where they are the same,
 * 90 where one holds a direction at a right angle to all of the other (Björck & Golub 1973).
 *
 * Throws `RangeError` where the vectors differ in number or length, or where a set does not span as many dimensions as
 * it has vectors.
 *
 * @param a vectors of equal length, at most as many as they have numbers
 */
export function largestAngle(
  a: readonly (readonly number[] | Float32Array)[],
  b: readonly (readonly number[] | Float32Array)[],
): number {
  const sizes = new Set([...a, ...b].map(({ length }) => length));
  if (a.length !== b.length || a.length === 0 || sizes.size !== 1) {
    throw new RangeError(
      `${a.length} and ${b.length} vectors of ${[...sizes].join(", ")} numbers; expected as many of one length`,
    );
  }
  const cosines = new SVD(basis(a, "first").transpose().mmul(basis(b, "second")), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  }).diagonal;
  return (Math.acos(Math.min(1, Math.min(...cosines))) * 180) / Math.PI;
}

/** Orthonormal columns that span what the vectors span. */
function basis(vectors: readonly (readonly number[] | Float32Array)[], which: string): Matrix {
  const columns = new Matrix(vectors.map((vector) => Array.from(vector))).transpose();
  const qr = new QrDecomposition(columns);
  const diagonal = qr.upperTriangularMatrix.diagonal().map(Math.abs);
  const rank = diagonal.filter((one) => one > 1e-9 * Math.max(...diagonal)).length;
  if (rank < vectors.length) {
    throw new RangeError(`the ${which} ${vectors.length} vectors span ${rank} dimensions only`);
  }
  return qr.orthogonalMatrix;
}
