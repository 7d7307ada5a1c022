// Lowerings that write or add by index: scattering, sums by segment, counting.
import type * as tf from "@tensorflow/tfjs";
import type { GraphBuilder } from "../graph/builder.ts";
import { dim } from "../graph/infer/shapes.ts";
import { type Shape, sizeOf, type Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

/**
 * `into` [rows, width] with `updates` [count, width] written over, or added to, the rows that `indices` [count] name.
 * ONNX Runtime 1.30's ScatterND with reduction "add" loses updates of rows named twice (its threads race; seen with
 * 200,000 updates of 3 rows on 2 threads); ScatterElements does not.
 */
function scatterRows(
  g: GraphBuilder,
  into: Value,
  indices: Value,
  updates: Value,
  reduction: "none" | "add",
): Value {
  const where = g.expand(g.reshape(indices, [sizeOf(indices.shape), 1]), updates.shape);
  if (into.dtype !== "bool") return g.op("ScatterElements", [into, where, updates], { axis: 0, reduction });
  const [numbers, bits] = [g.cast(into, "int32"), g.cast(updates, "int32")];
  return g.cast(g.op("ScatterElements", [numbers, where, bits], { axis: 0, reduction }), "bool");
}

/** Writes slices into a tensor of `shape`, each where its index [coordinates] points. */
function scatterSlices(
  call: KernelCall,
  into: Value,
  indices: Value,
  updates: Value,
  shape: Shape,
  reduction: "none" | "add",
): Value {
  const { g } = call;
  // A vector of indices holds one coordinate per index.
  const depth = indices.shape.length > 1 ? dim(indices.shape, -1) : 1;
  const count = sizeOf(indices.shape) / depth;
  const width = sizeOf(shape.slice(depth));
  const strides = Array.from({ length: depth }, (_, i) => sizeOf(shape.slice(i + 1, depth)));
  const coordinates = g.reshape(g.cast(indices, "int64"), [count, depth]);
  const rows = depth === 1 ? coordinates : g.reduceSum(g.mul(coordinates, g.ints(strides)), [1], true);
  const slices =
    updates.shape.length === 0 ? g.expand(updates, [count, width]) : g.reshape(updates, [count, width]);
  const flat = g.reshape(into, [sizeOf(shape) / width, width]);
  return g.reshape(scatterRows(g, flat, rows, slices, reduction), shape);
}

/** The sum of the values [count, width] of each segment; ids [count] beyond the segments count for none. */
function segmentSums(g: GraphBuilder, ids: Value, values: Value, segments: number): Value {
  const known = g.op("And", [
    g.op("GreaterOrEqual", [ids, g.scalarLike(0, ids)]),
    g.op("Less", [ids, g.scalarLike(segments, ids)]),
  ]);
  const count = sizeOf(ids.shape);
  const safe = g.where(known, ids, g.scalarLike(0, ids));
  const kept = g.where(g.reshape(known, [count, 1]), values, g.scalarLike(0, values));
  const zeros = g.fill([segments, dim(values.shape, 1)], 0, values.dtype);
  return scatterRows(g, zeros, safe, kept, "add");
}

/** Results have x's type; tfjs-backend-cpu alone turns int32 into float32. */
const unsortedSegmentSum: Lowering = (call) => {
  const { g } = call;
  const { numSegments } = call.attrs as { numSegments: number };
  const [given, ids] = [input(call, "x"), input(call, "segmentIds")];
  const x = given.dtype === "bool" ? g.cast(given, "int32") : given;
  const inner = x.shape.slice(ids.shape.length);
  const count = sizeOf(ids.shape);
  const sums = segmentSums(g, g.reshape(ids, [count]), g.reshape(x, [count, sizeOf(inner)]), numSegments);
  return g.reshape(sums, [numSegments, ...inner]);
};

/** Counts values 0 … size - 1 in each row of x [rows, columns]; values beyond count for none. */
function countRows(call: KernelCall, rows: number, columns: number, binary: boolean): Value {
  const { g } = call;
  const { size } = call.attrs as tf.BincountAttrs;
  const [x, weights] = [input(call, "x"), input(call, "weights")];
  const table = g.reshape(g.cast(x, "int64"), [rows, columns]);
  const valid = g.op("And", [
    g.op("GreaterOrEqual", [table, g.ints([0])]),
    g.op("Less", [table, g.ints([size])]),
  ]);
  const rowNumbers = g.op("Range", [g.scalar(0, "int64"), g.scalar(rows, "int64"), g.scalar(1, "int64")]);
  const starts = g.mul(g.reshape(rowNumbers, [rows, 1]), g.ints([size]));
  const ids = g.reshape(g.where(valid, g.add(table, starts), g.ints([-1])), [rows * columns]);
  const isWeighted = sizeOf(weights.shape) > 0 && !binary;
  const each = isWeighted
    ? g.reshape(weights, [rows * columns, 1])
    : g.fill([rows * columns, 1], 1, weights.dtype);
  const counts = g.reshape(segmentSums(g, ids, each, rows * size), [rows, size]);
  return binary ? g.cast(g.op("Greater", [counts, g.scalarLike(0, counts)]), weights.dtype) : counts;
}

export const scatter: LoweringTable = {
  ScatterNd: (call) => {
    const { shape } = call.attrs as tf.ScatterNdAttrs;
    const updates = input(call, "updates");
    const zeros = call.g.fill(shape, 0, updates.dtype);
    return scatterSlices(call, zeros, input(call, "indices"), updates, shape, "add");
  },
  TensorScatterUpdate: (call) => {
    const tensor = input(call, "tensor");
    const [indices, updates] = [input(call, "indices"), input(call, "updates")];
    return scatterSlices(call, tensor, indices, updates, tensor.shape, "none");
  },
  SparseToDense: (call) => {
    const { outputShape } = call.attrs as tf.SparseToDenseAttrs;
    const filled = call.g.expand(input(call, "defaultValue"), outputShape);
    const [indices, values] = [input(call, "sparseIndices"), input(call, "sparseValues")];
    return scatterSlices(call, filled, indices, values, outputShape, "none");
  },
  UnsortedSegmentSum: unsortedSegmentSum,
  Bincount: (call) => {
    const counts = countRows(call, 1, sizeOf(input(call, "x").shape), false);
    return call.g.reshape(counts, [dim(counts.shape, 1)]);
  },
  /** tfjs-backend-cpu forgets `binaryOutput` where x is a vector. */
  DenseBincount: (call) => {
    const { binaryOutput } = call.attrs as tf.DenseBincountAttrs;
    const { shape } = input(call, "x");
    const [rows, columns] = shape.length === 2 ? (shape as [number, number]) : [1, sizeOf(shape)];
    const counts = countRows(call, rows, columns, binaryOutput ?? false);
    return shape.length === 2 ? counts : call.g.reshape(counts, [dim(counts.shape, 1)]);
  },
};
