// Lowerings that gather by index.
import * as tf from "@tensorflow/tfjs";
import { dim, positiveAxis } from "../graph/infer/shapes.ts";
import { sizeOf } from "../graph/value.ts";
import { input, type Lowering, type LoweringTable } from "./call.ts";

/** Slices of x along an axis, in the order of the indices; leading `batchDims` axes of both go together. */
const gather: Lowering = (call) => {
  const { g } = call;
  const attrs = call.attrs as tf.GatherV2Attrs;
  const [x, indices] = [input(call, "x"), g.cast(input(call, "indices"), "int32")];
  const axis = positiveAxis(attrs.axis, x.shape.length);
  const batchDims = positiveAxis(attrs.batchDims ?? 0, indices.shape.length);
  if (batchDims === 0) return g.op("Gather", [x, indices], { axis });
  const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
    { shape: [...x.shape] } as tf.Tensor,
    { shape: [...indices.shape] } as tf.Tensor,
    axis,
    batchDims,
  );
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
  const count = sizeOf(indices.shape.slice(batchDims));
  // GatherND indexes the axis right after the batch.
  const grid = g.reshape(x, [batchSize, outerSize, dimSize, sliceSize]);
  const rows = g.transpose(grid, [0, 2, 1, 3]);
  const which = g.cast(g.reshape(indices, [batchSize, count, 1]), "int64");
  const gathered = g.op("GatherND", [rows, which], { batch_dims: 1 });
  return g.reshape(g.transpose(gathered, [0, 2, 1, 3]), outputShape);
};

const gatherNd: Lowering = (call) => {
  const { g } = call;
  const [params, indices] = [input(call, "params"), input(call, "indices")];
  // Indices of no coordinates name the whole tensor.
  if (dim(indices.shape, -1) === 0) return g.expand(params, [...indices.shape.slice(0, -1), ...params.shape]);
  return g.op("GatherND", [params, g.cast(indices, "int64")]);
};

export const indexing: LoweringTable = { GatherV2: gather, GatherNd: gatherNd };
