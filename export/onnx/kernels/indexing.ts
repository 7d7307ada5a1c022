// Lowerings that gather and scatter by index.
import { positiveAxis } from "../graph/infer/shapes.ts";
import { input, type LoweringTable } from "./call.ts";

export const indexing: LoweringTable = {
  GatherV2: (call) => {
    const { g } = call;
    const { axis, batchDims = 0 } = call.attrs as { axis: number; batchDims?: number };
    const [x, indices] = [input(call, "x"), input(call, "indices")];
    if (batchDims !== 0) throw new Error(`GatherV2: batchDims ${batchDims}`);
    return g.op("Gather", [x, g.cast(indices, "int32")], { axis: positiveAxis(axis, x.shape.length) });
  },
};
