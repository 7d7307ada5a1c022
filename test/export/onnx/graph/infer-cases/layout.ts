// Nodes that move, select or repeat elements.
import fc from "fast-check";
import type { ElementType } from "../../../../../export/onnx/graph/value.ts";
import { broadcastShapes, shapes, shapesWithAxes } from "../../../../helpers/shapes.ts";
import { axisOf, type CaseTable, fed, ints, number, several } from "./node.ts";

const dtype = fc.constantFrom<ElementType[]>("float32", "int32", "bool");
const shape = shapes(1, 4);
/** Sizes of both NCHW images and what they are cut into. */
const image = fc.tuple(several(4, 1, 3), fc.integer({ min: 1, max: 3 }));
const sizeOf = (s: readonly number[]) => s.reduce((a, b) => a * b, 1);

export const layoutCases: CaseTable = {
  Reshape: fc.oneof(
    shapes(0, 4).map((s) => ({ inputs: [fed(s), ints([-1, 1])] })),
    shape.map((s) => ({ inputs: [fed(s), ints([0, -1])] })),
    shapes(2, 4).map((s) => ({ inputs: [fed(s), ints([sizeOf(s.slice(0, 2)), ...s.slice(2)])] })),
    shape.map((s) => ({ inputs: [fed([...s, 0]), ints([0, 3])], attributes: { allowzero: 1 } })),
  ),
  Slice: shape.chain((s) =>
    fc
      .tuple(
        fc.subarray(s.map((_, i) => i)),
        several(s.length, -6, 6),
        several(s.length, -6, 6),
        fc.array(fc.constantFrom(-2, -1, 1, 2), { minLength: s.length, maxLength: s.length }),
        fc.boolean(),
        dtype,
      )
      .map(([axes, starts, ends, steps, stepped, type]) => {
        const pick = (values: number[]) => ints(values.slice(0, axes.length));
        const inputs = [fed(s, type), pick(starts), pick(ends), ints(axes)];
        return { inputs: stepped ? [...inputs, pick(steps)] : inputs };
      }),
  ),
  Split: fc.oneof(
    fc.tuple(shape, several(3, 0, 3)).map(([s, sizes]) => ({
      inputs: [fed([...s, sizes.reduce((a, b) => a + b)]), ints(sizes)],
      attributes: { axis: -1 },
      outputs: 3,
    })),
    shape.map((s) => ({ inputs: [fed([6, ...s])], outputs: 3 })),
  ),
  Transpose: shapes(0, 4, 0).chain((s) =>
    fc
      .tuple(
        fc.shuffledSubarray(
          s.map((_, i) => i),
          { minLength: s.length },
        ),
        fc.boolean(),
        dtype,
      )
      .map(([perm, given, type]) => ({ inputs: [fed(s, type)], attributes: given ? { perm } : {} })),
  ),
  Squeeze: shapesWithAxes().map(({ shape: s, axes }) => {
    const ones = s.map((size, i) => (axes.includes(i) || axes.includes(i - s.length) ? 1 : size));
    return { inputs: [fed(ones), ints(axes)] };
  }),
  Unsqueeze: shapesWithAxes().map(({ shape: s, axes }) => ({
    inputs: [fed(s.slice(axes.length)), ints(axes)],
  })),
  Expand: broadcastShapes(2, 0).map(([a = [], b = []]) => ({ inputs: [fed(a), ints(b)] })),
  Tile: shapes(1, 3, 0).chain((s) =>
    several(s.length, 0, 3).map((repeats) => ({ inputs: [fed(s), ints(repeats)] })),
  ),
  Concat: shapesWithAxes(1, 0).chain(({ shape: s, axes: [axis = 0] }) =>
    fc.tuple(fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }), dtype).map(([sizes, type]) => ({
      inputs: sizes.map((size) => fed(s.with(axis, size), type)),
      attributes: { axis },
    })),
  ),
  Pad: shapes(1, 4, 2).chain((s) =>
    several(2 * s.length, -1, 2).map((pads) => ({
      inputs: [fed(s), ints(pads), number(0.5)],
      attributes: { mode: "constant" },
    })),
  ),
  Gather: shape.chain((s) =>
    fc
      .tuple(axisOf(s), shapes(0, 2, 0), fc.constantFrom<ElementType[]>("int32", "int64"))
      .map(([axis, at, type]) => ({
        inputs: [fed(s), fed(at, type)],
        attributes: { axis },
      })),
  ),
  GatherElements: shapesWithAxes().chain(({ shape: s, axes: [axis = 0] }) =>
    fc.integer({ min: 1, max: 5 }).map((count) => ({
      inputs: [fed(s), fed(s.with(axis, count), "int64")],
      attributes: { axis },
    })),
  ),
  GatherND: shapes(3, 4).chain((s) =>
    fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 2 }), shapes(0, 2)).map(([batch_dims, depth, at]) => ({
      inputs: [fed(s), fed([...s.slice(0, batch_dims), ...at, depth], "int64")],
      attributes: { batch_dims },
    })),
  ),
  OneHot: shapes(1, 3).chain((s) =>
    fc.integer({ min: -s.length - 1, max: s.length }).map((axis) => ({
      inputs: [fed(s, "int64"), ints([5]), fed([2], "float32", [0, 1])],
      attributes: { axis },
    })),
  ),
  Shape: shapes(0, 4, 0).map((s) => ({ inputs: [fed(s)] })),
  ConstantOfShape: shapes(0, 4, 0).map((s) => ({ inputs: [ints(s)] })),
  Range: fc
    .tuple(
      fc.integer({ min: -5, max: 5 }),
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom(-2, -0.5, 1, 1.5),
    )
    .map((numbers) => ({ inputs: numbers.map((n) => number(n)) })),
  DepthToSpace: image.map(([[n = 1, c = 1, h = 1, w = 1], blocksize]) => ({
    inputs: [fed([n, c * blocksize ** 2, h, w])],
    attributes: { blocksize },
  })),
  SpaceToDepth: image.map(([[n = 1, c = 1, h = 1, w = 1], blocksize]) => ({
    inputs: [fed([n, c, h * blocksize, w * blocksize])],
    attributes: { blocksize },
  })),
};
