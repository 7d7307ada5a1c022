// Lowerings of searching and sorting.
import type * as tf from "@tensorflow/tfjs";
import { input, type Lowering, type LoweringTable } from "./call.ts";

/** The k largest along the last axis, largest first, equal ones in the order of their indices. Sorted even if not asked. */
const topK: Lowering = (call) => {
  const { g } = call;
  const { k } = call.attrs as { k: number };
  const x = input(call, "x");
  const numeric = x.dtype === "bool" ? g.cast(x, "int32") : x;
  const attributes = { axis: x.shape.length - 1, largest: 1, sorted: 1 };
  const [values, indices] = g.ops("TopK", [numeric, g.ints([k])], attributes, 2);
  if (!values || !indices) throw new Error("TopK has two outputs");
  return [g.cast(values, x.dtype), g.cast(indices, "int32")];
};

/** How many elements of its row's sorted sequence are below each value (left), or not above it (right). */
const searchSorted: Lowering = (call) => {
  const { g } = call;
  const { side } = call.attrs as tf.SearchSortedAttrs;
  const sequence = g.op("Unsqueeze", [input(call, "sortedSequence"), g.ints([1])]);
  const values = g.op("Unsqueeze", [input(call, "values"), g.ints([2])]);
  const before = g.op(side === "left" ? "Less" : "LessOrEqual", [sequence, values]);
  return g.reduceSum(g.cast(before, "int32"), [2]);
};

export const order: LoweringTable = { TopK: topK, SearchSorted: searchSorted };
