// Lowerings of running sums and products.
import type * as tf from "@tensorflow/tfjs";
import { TO_END } from "../graph/builder.ts";
import { dim, positiveAxis } from "../graph/infer/shapes.ts";
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type LoweringTable } from "./call.ts";

interface Scan {
  readonly x: Value;
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

function scanOf(call: KernelCall): Scan {
  const { axis, exclusive, reverse } = call.attrs as tf.CumsumAttrs;
  const given = input(call, "x");
  const x = given.dtype === "bool" ? call.g.cast(given, "int32") : given;
  return { x, axis: positiveAxis(axis, x.shape.length), exclusive, reverse };
}

/** x moved `by` elements away from where the scan starts; ones come in. */
function moved({ g }: KernelCall, x: Value, by: number, { axis, reverse }: Scan): Value {
  const kept = reverse ? g.slice(x, [by], [TO_END], [axis]) : g.slice(x, [0], [-by], [axis]);
  const pads = new Array<number>(2 * x.shape.length).fill(0);
  pads[reverse ? axis + x.shape.length : axis] = by;
  return g.pad(kept, pads, 1);
}

/** ONNX has no running product: log₂(n) rounds, in each of which products of twice as many elements come about. */
function runningProduct(call: KernelCall): Value {
  const scan = scanOf(call);
  const length = dim(scan.x.shape, scan.axis);
  let product = scan.exclusive && length > 0 ? moved(call, scan.x, 1, scan) : scan.x;
  for (let by = 1; by < length; by *= 2) product = call.g.mul(product, moved(call, product, by, scan));
  return product;
}

export const scans: LoweringTable = {
  Cumsum: (call) => {
    const { g } = call;
    const { x, axis, exclusive, reverse } = scanOf(call);
    const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
    return g.op("CumSum", [x, g.scalar(axis, "int64")], attributes);
  },
  Cumprod: runningProduct,
};
