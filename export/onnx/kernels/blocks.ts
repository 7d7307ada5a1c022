// Lowerings that move blocks of pixels between space, depth and batch.
import * as tf from "@tensorflow/tfjs";
import { TO_END } from "../graph/builder.ts";
import { input, type Lowering, type LoweringTable } from "./call.ts";

const { getPermuted, getReshaped, getReshapedPermuted } = tf.backend_util;

/** Depth is (row in the block, column in the block, channel), slowest first: ONNX's mode DCR. */
const depthToSpace: Lowering = (call) => {
  const { g } = call;
  const { blockSize } = call.attrs as tf.DepthToSpaceAttrs;
  const image = g.transpose(input(call, "x"), [0, 3, 1, 2]);
  const spread = g.op("DepthToSpace", [image], { blocksize: blockSize, mode: "DCR" });
  return g.transpose(spread, [0, 2, 3, 1]);
};

const spaceToBatch: Lowering = (call) => {
  const { g } = call;
  const { blockShape, paddings } = call.attrs as tf.SpaceToBatchNDAttrs;
  const x = input(call, "x");
  const begins = x.shape.map((_, axis) => paddings[axis - 1]?.[0] ?? 0);
  const ends = x.shape.map((_, axis) => paddings[axis - 1]?.[1] ?? 0);
  const padded = g.pad(x, [...begins, ...ends]);
  const shape = [...padded.shape];
  const block = tf.util.sizeFromShape(blockShape);
  const split = getReshaped(shape, blockShape, block, false);
  const moved = g.transpose(g.reshape(padded, split), getPermuted(split.length, blockShape.length, false));
  return g.reshape(moved, getReshapedPermuted(shape, blockShape, block, false));
};

const batchToSpace: Lowering = (call) => {
  const { g } = call;
  const { blockShape, crops } = call.attrs as tf.BatchToSpaceNDAttrs;
  const x = input(call, "x");
  const shape = [...x.shape];
  const block = tf.util.sizeFromShape(blockShape);
  const split = getReshaped(shape, blockShape, block);
  const moved = g.transpose(g.reshape(x, split), getPermuted(split.length, blockShape.length));
  const joined = g.reshape(moved, getReshapedPermuted(shape, blockShape, block));
  const cut = crops.flatMap(([before, after], i) =>
    before || after ? [{ start: before as number, end: after ? -after : TO_END, axis: i + 1 }] : [],
  );
  if (cut.length === 0) return joined;
  return g.slice(
    joined,
    cut.map(({ start }) => start),
    cut.map(({ end }) => end),
    cut.map(({ axis }) => axis),
  );
};

export const blocks: LoweringTable = {
  DepthToSpace: depthToSpace,
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
};
