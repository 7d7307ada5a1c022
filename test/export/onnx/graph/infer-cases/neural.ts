// Matrix products, convolutions, pooling, resizing and the Fourier transform.
import fc from "fast-check";
import { broadcastShapes, shapes } from "../../../../helpers/shapes.ts";
import { type CaseTable, fed, ints, several } from "./node.ts";

const size = fc.integer({ min: 1, max: 4 });
const flags = fc.tuple(fc.boolean(), fc.boolean());

/** What windows sliding over 1, 2 or 3 axes need. */
const windows = fc.integer({ min: 1, max: 3 }).chain((rank) =>
  fc.record({
    spatial: several(rank, 5, 9),
    kernel: several(rank, 1, 3),
    strides: several(rank, 1, 3),
    dilations: several(rank, 1, 2),
    begin: several(rank, 0, 1),
    end: several(rank, 0, 1),
    same: fc.boolean(),
    batch: size,
    channels: size,
    filters: size,
    group: fc.integer({ min: 1, max: 2 }),
  }),
);

/** Pads no wider than a kernel needs: ONNX Runtime refuses others in pooling. */
const poolPads = (kernel: readonly number[], begin: readonly number[], end: readonly number[]) =>
  [begin, end].flatMap((pads) => pads.map((pad, i) => Math.min(pad, (kernel[i] as number) - 1)));

const pooling = (outputs: number, dilated: boolean) =>
  fc
    .tuple(windows, flags)
    .map(([{ spatial, kernel, strides, dilations, begin, end, same, batch, channels }, [ceil]]) => ({
      inputs: [fed([batch, channels, ...spatial])],
      attributes: {
        kernel_shape: kernel,
        // ONNX Runtime refuses to pad by itself where windows leave gaps.
        strides: same ? strides.map((stride, i) => Math.min(stride, kernel[i] as number)) : strides,
        ...(same
          ? { auto_pad: "SAME_UPPER" }
          : { pads: poolPads(kernel, begin, end), ceil_mode: ceil ? 1 : 0 }),
        ...(dilated && !same ? { dilations } : {}),
      },
      outputs,
    }));

export const neuralCases: CaseTable = {
  MatMul: fc.tuple(broadcastShapes(2), size, size, size).map(([[a = [], b = []], m, k, n]) => ({
    inputs: [fed([...a.slice(-2), m, k]), fed([...b.slice(-2), k, n])],
  })),
  Gemm: fc.tuple(flags, fc.boolean(), size, size, size).map(([[transA, transB], bias, m, k, n]) => ({
    inputs: [fed(transA ? [k, m] : [m, k]), fed(transB ? [n, k] : [k, n]), ...(bias ? [fed([n])] : [])],
    attributes: { transA: transA ? 1 : 0, transB: transB ? 1 : 0 },
  })),
  Einsum: fc
    .tuple(size, size, size, size)
    .chain(([b, i, j, k]) =>
      fc.constantFrom(
        { inputs: [fed([i, j]), fed([j, k])], attributes: { equation: "ij,jk->ik" } },
        { inputs: [fed([b, i, j]), fed([b, k, j])], attributes: { equation: "bij, bkj -> bik" } },
        { inputs: [fed([i, j])], attributes: { equation: "ij->ji" } },
        { inputs: [fed([i, j])], attributes: { equation: "ij->" } },
        { inputs: [fed([i]), fed([j])], attributes: { equation: "i,j->ij" } },
      ),
    ),
  Conv: windows.map((w) => ({
    inputs: [
      fed([w.batch, w.channels * w.group, ...w.spatial]),
      fed([w.filters * w.group, w.channels, ...w.kernel]),
      fed([w.filters * w.group]),
    ],
    attributes: {
      group: w.group,
      strides: w.strides,
      ...(w.same ? { auto_pad: "SAME_UPPER" } : { pads: [...w.begin, ...w.end], dilations: w.dilations }),
    },
  })),
  ConvTranspose: windows.map((w) => ({
    inputs: [
      fed([w.batch, w.channels * w.group, ...w.spatial]),
      fed([w.channels * w.group, w.filters, ...w.kernel]),
    ],
    attributes: {
      group: w.group,
      strides: w.strides,
      dilations: w.dilations,
      ...(w.same
        ? { output_shape: w.spatial.map((n, i) => n * (w.strides[i] as number)) }
        : {
            pads: [...w.begin, ...w.end],
            output_padding: w.strides.map((stride) => stride - 1),
          }),
    },
  })),
  MaxPool: fc.oneof(pooling(1, true), pooling(2, true)),
  AveragePool: pooling(1, false),
  GlobalAveragePool: shapes(3, 4).map((shape) => ({ inputs: [fed(shape)] })),
  Resize: fc.oneof(
    fc.tuple(several(4, 1, 4), several(2, 1, 7)).map(([shape, [h = 1, w = 1]]) => ({
      inputs: [fed(shape), null, null, ints([...shape.slice(0, 2), h, w])],
      attributes: { mode: "nearest" },
    })),
    fc.tuple(several(4, 1, 4), fc.constantFrom(1, 1.5, 2, 1 / 3, 0.7)).map(([shape, scale]) => ({
      inputs: [
        fed(shape.map((n, i) => (i < 2 ? n : n * 3))),
        null,
        { shape: [4], dtype: "float32" as const, values: [1, 1, scale, 1], constant: true },
      ],
      attributes: { mode: "linear" },
    })),
  ),
  DFT: fc.tuple(size, size, fc.constantFrom(1, 2)).map(([batch, length, parts]) => ({
    inputs: [fed([batch, length, parts])],
    attributes: { axis: 1 },
  })),
};
