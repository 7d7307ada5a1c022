// Reductions along axes.
import fc from "fast-check";
import { shapesWithAxes } from "../../../../helpers/shapes.ts";
import { type CaseTable, fed, ints, type NodeCase } from "./node.ts";

const dtypes = fc.constantFrom<("float32" | "int32")[]>("float32", "int32");
const keep = fc.constantFrom({ keepdims: 0 }, { keepdims: 1 }, {});

const byAttribute = fc.tuple(shapesWithAxes(), dtypes, keep, fc.boolean()).map(
  ([{ shape, axes }, dtype, kept, everything]): NodeCase => ({
    inputs: [fed(shape, dtype)],
    attributes: { ...kept, ...(everything ? {} : { axes }) },
  }),
);

const arg = fc.tuple(shapesWithAxes(), dtypes, keep).map(
  ([
    {
      shape,
      axes: [axis = 0],
    },
    dtype,
    kept,
  ]): NodeCase => ({
    inputs: [fed(shape, dtype)],
    attributes: { axis, ...kept },
  }),
);

const names = "ReduceMax ReduceMin ReduceMean ReduceProd ReduceL1 ReduceL2 ReduceLogSumExp ReduceSumSquare";

export const reductionCases: CaseTable = {
  ...Object.fromEntries(names.split(" ").map((name) => [name, byAttribute])),
  ReduceSum: fc
    .tuple(shapesWithAxes(), dtypes, keep, fc.boolean())
    .map(([{ shape, axes }, dtype, attributes, everything]) => ({
      inputs: everything ? [fed(shape, dtype)] : [fed(shape, dtype), ints(axes)],
      attributes,
    })),
  ArgMax: arg,
  ArgMin: arg,
  TopK: shapesWithAxes().chain(({ shape, axes: [axis = 0] }) =>
    fc.integer({ min: 1, max: shape.at(axis) as number }).map((k) => ({
      inputs: [fed(shape), ints([k])],
      attributes: { axis },
      outputs: 2,
    })),
  ),
};
