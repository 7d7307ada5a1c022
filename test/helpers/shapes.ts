// Random shapes for property-based tests.
import fc from "fast-check";

export type Shape = readonly number[];

/** Shapes of rank `minRank` to `maxRank`, with sizes from `minSize` to 4. */
export function shapes(minRank = 0, maxRank = 4, minSize = 1): fc.Arbitrary<Shape> {
  return fc.array(fc.integer({ min: minSize, max: 4 }), { minLength: minRank, maxLength: maxRank });
}

/** A shape that broadcasts to `full`: some axes of size 1, some leading ones left out. */
function operand(full: Shape): fc.Arbitrary<Shape> {
  return fc
    .tuple(
      fc.integer({ min: 0, max: full.length }),
      fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }),
    )
    .map(([dropped, narrow]) => full.map((size, i) => (narrow[i] ? 1 : size)).slice(dropped));
}

/** `count` shapes that broadcast with one another; sizes from `minSize`. */
export function broadcastShapes(count: number, minSize = 1): fc.Arbitrary<readonly Shape[]> {
  return shapes(0, 4, minSize).chain((full) =>
    fc.tuple(...Array.from({ length: count }, () => operand(full))),
  );
}

/** A shape and some of its axes, in any order, counted from the start or the end. */
export function shapesWithAxes(
  minRank = 1,
  minSize = 1,
): fc.Arbitrary<{ shape: Shape; axes: readonly number[] }> {
  return shapes(minRank, 4, minSize).chain((shape) =>
    fc
      .shuffledSubarray(
        shape.map((_, i) => i),
        { minLength: 1 },
      )
      .chain((chosen) =>
        fc.array(fc.boolean(), { minLength: chosen.length, maxLength: chosen.length }).map((fromEnd) => ({
          shape,
          axes: chosen.map((axis, i) => (fromEnd[i] ? axis - shape.length : axis)),
        })),
      ),
  );
}
