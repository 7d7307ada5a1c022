// Sliding windows: what their lowerings may not depend on.
import assert from "node:assert/strict";
import test from "node:test";
import { GraphBuilder } from "../../../../export/onnx/graph/builder.ts";
import { nodesInOrder } from "../../../../export/onnx/graph/program.ts";
import type { Value } from "../../../../export/onnx/graph/value.ts";
import { lowerings } from "../../../../export/onnx/kernels/index.ts";

/** Operators and attributes of a lowered kernel: all that cannot vary in a graph with a free batch dimension. */
function skeleton(kernel: string, shapes: Record<string, readonly number[]>, attrs: object): string[] {
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]): [string, Value] => [
      name,
      { dtype: "float32", shape, source: { kind: "input" } },
    ]),
  );
  const lowered = lowerings.get(kernel)?.({
    kernel,
    inputs,
    attrs,
    complex: new Set(),
    g: new GraphBuilder(),
  });
  const values = [lowered ?? []].flat() as Value[];
  return nodesInOrder(values).map((node) => `${node.op} ${JSON.stringify(node.attributes)}`);
}

/** Shapes and attributes by batch size. */
type Case = (batch: number) => [Record<string, readonly number[]>, object];

const flat = { strides: [2, 2], pad: "same", dataFormat: "NHWC", dilations: 1 };
const solid = { strides: [2, 2, 2], pad: "same", dataFormat: "NDHWC", dilations: 1 };
const image = (n: number) => [n, 7, 7, 2];
const half = (n: number, channels = 2) => [n, 4, 4, channels];
const body = (n: number) => [n, 5, 5, 5, 2];
const smallBody = (n: number, channels = 2) => [n, 3, 3, 3, channels];
const pooled = (n: number) => ({ input: image(n), output: half(n), dy: half(n) });

const cases: Record<string, Case> = {
  Conv2D: (n) => [{ x: image(n), filter: [3, 3, 2, 3] }, flat],
  FusedConv2D: (n) => [
    { x: image(n), filter: [3, 3, 2, 3], bias: [3] },
    { ...flat, activation: "relu" },
  ],
  Conv2DBackpropFilter: (n) => [
    { x: image(n), dy: half(n, 3) },
    { ...flat, filterShape: [3, 3, 2, 3] },
  ],
  Conv2DBackpropInput: (n) => [
    { dy: half(n, 3), filter: [3, 3, 2, 3] },
    { ...flat, inputShape: image(n) },
  ],
  DepthwiseConv2dNative: (n) => [{ x: image(n), filter: [3, 3, 2, 2] }, flat],
  DepthwiseConv2dNativeBackpropFilter: (n) => [
    { x: image(n), dy: half(n, 4) },
    { ...flat, filterShape: [3, 3, 2, 2] },
  ],
  DepthwiseConv2dNativeBackpropInput: (n) => [
    { dy: half(n, 4), filter: [3, 3, 2, 2] },
    { ...flat, inputShape: image(n) },
  ],
  Conv3D: (n) => [{ x: body(n), filter: [3, 3, 3, 2, 3] }, solid],
  Conv3DBackpropFilterV2: (n) => [
    { x: body(n), dy: smallBody(n, 3) },
    { ...solid, filterShape: [3, 3, 3, 2, 3] },
  ],
  Conv3DBackpropInputV2: (n) => [
    { dy: smallBody(n, 3), filter: [3, 3, 3, 2, 3] },
    { ...solid, inputShape: body(n) },
  ],
  Dilation2D: (n) => [{ x: image(n), filter: [3, 3, 2] }, flat],
  Dilation2DBackpropInput: (n) => [{ x: image(n), filter: [3, 3, 2], dy: half(n) }, flat],
  Dilation2DBackpropFilter: (n) => [{ x: image(n), filter: [3, 3, 2], dy: half(n) }, flat],
  MaxPool: (n) => [{ x: image(n) }, { ...flat, filterSize: 2 }],
  AvgPool: (n) => [{ x: image(n) }, { ...flat, filterSize: 2 }],
  MaxPoolWithArgmax: (n) => [{ x: image(n) }, { ...flat, filterSize: 2, includeBatchInIndex: true }],
  MaxPoolGrad: (n) => [pooled(n), { ...flat, filterSize: 3 }],
  AvgPoolGrad: (n) => [pooled(n), { ...flat, filterSize: 3 }],
  MaxPool3D: (n) => [{ x: body(n) }, { ...solid, filterSize: 2 }],
  AvgPool3D: (n) => [{ x: body(n) }, { ...solid, filterSize: 2 }],
  MaxPool3DGrad: (n) => [
    { input: body(n), output: smallBody(n), dy: smallBody(n) },
    { ...solid, filterSize: [3, 3, 3] },
  ],
  AvgPool3DGrad: (n) => [
    { input: body(n), output: smallBody(n), dy: smallBody(n) },
    { ...solid, filterSize: [3, 3, 3] },
  ],
};

for (const [kernel, make] of Object.entries(cases)) {
  test(`${kernel} gives the same nodes and attributes for every batch size`, () => {
    const [one, two, seven] = [1, 2, 7].map((batch) => skeleton(kernel, ...make(batch)));
    assert.ok((one as string[]).length > 0);
    assert.deepEqual(two, one);
    assert.deepEqual(seven, one);
  });
}

test("a 2×2 maximum pooling's gradient gives the same nodes and attributes for every batch size", () => {
  const [one, seven] = [1, 7].map((n) => skeleton("MaxPoolGrad", pooled(n), { ...flat, filterSize: 2 }));
  assert.deepEqual(seven, one);
});
