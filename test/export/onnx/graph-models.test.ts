// Graph models, as the converter makes them of TensorFlow's: loaded from disk, exported, compared.
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { ExportArgumentError, loadModel, toOnnx } from "../../../export/onnx/index.ts";
import { assertExported, initializersOf, operatorsOf } from "../../helpers/exported.ts";
import { attr, GraphModelBuilder } from "../../helpers/graph-model.ts";
import { floats, ints, type TensorData } from "../../helpers/kernels.ts";
import { testWithChecker } from "../../helpers/onnx-checker.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

await tf.setBackend("cpu");

const weight = (shape: readonly number[], seed: number) => floats(shape, seed, -0.5, 0.5);

/** Builds a model, loads it from disk, exports it and compares. */
async function assertGraph(
  t: TestContext,
  build: (g: GraphModelBuilder) => readonly string[],
  feeds: (batch: number) => readonly TensorData[],
  shards = 1,
) {
  await tf.setBackend("cpu");
  const g = new GraphModelBuilder();
  const outputs = build(g);
  const file = await g.save(join(await temporaryFolder(t), "model"), outputs, shards);
  const model = await loadModel(file);
  assert.ok(model instanceof tf.GraphModel);
  return assertExported(model, { name: t.name, feeds });
}

const window = (size: number) => attr.ints([1, size, size, 1]);
const image = { data_format: attr.text("NHWC") };
const range = { begin_mask: 0, end_mask: 0, ellipsis_mask: 0, new_axis_mask: 0, shrink_axis_mask: 1 };
const oneOfShape = Object.fromEntries(Object.entries(range).map(([key, mask]) => [key, attr.int(mask)]));

/** Element `at` of a tensor's shape, as Keras writes it: Shape, then StridedSlice. */
function sizeOfAxis(g: GraphModelBuilder, name: string, x: string, at: number): string {
  const shape = g.node("Shape", `${name}/shape`, [x], { out_type: attr.type("DT_INT32") });
  const bounds = [at, at + 1, 1].map((value, i) => g.numbers(`${name}/${i}`, [value]));
  return g.node("StridedSlice", name, [shape, ...bounds], oneOfShape);
}

test("a perceptron, its weights in three files", async (t) => {
  const exported = await assertGraph(
    t,
    (g) => {
      const x = g.placeholder("x", [-1, 4]);
      const product = g.node("MatMul", "dense/MatMul", [x, g.constant("dense/kernel", weight([4, 3], 1))]);
      const sum = g.node("BiasAdd", "dense/BiasAdd", [product, g.constant("dense/bias", weight([3], 2))]);
      const relu = g.node("Relu", "dense/Relu", [sum]);
      const fused = g.node(
        "_FusedMatMul",
        "out/fused",
        [relu, g.constant("out/kernel", weight([3, 5], 3)), g.constant("out/bias", weight([5], 4))],
        {
          num_args: attr.int(1),
          fused_ops: attr.texts(["BiasAdd", "Elu"]),
          transpose_a: attr.bool(false),
          transpose_b: attr.bool(false),
          epsilon: attr.float(0),
        },
      );
      return [g.node("Softmax", "probabilities", [fused])];
    },
    (batch) => [floats([batch, 4])],
    3,
  );
  assert.deepEqual(operatorsOf(exported), ["Gemm", "Relu", "Gemm", "Elu", "Softmax"]);
  assert.deepEqual(exported.inputs, [{ name: "x", dtype: "float32", shape: ["batch", 4] }]);
  assert.deepEqual(exported.outputs, [{ name: "probabilities", dtype: "float32", shape: ["batch", 5] }]);
  const names = initializersOf(exported);
  for (const name of ["dense/kernel", "dense/bias", "out/kernel", "out/bias"])
    assert.ok(names.includes(name));
});

test("a convolutional network with fused and plain convolutions, batch normalization and a Keras Flatten", async (t) => {
  const exported = await assertGraph(
    t,
    (g) => {
      const x = g.placeholder("image", [-1, 8, 8, 3]);
      const conv = g.node(
        "_FusedConv2D",
        "conv1",
        [x, g.constant("conv1/kernel", weight([3, 3, 3, 4], 1)), g.constant("conv1/bias", weight([4], 2))],
        {
          ...image,
          strides: window(1),
          dilations: window(1),
          padding: attr.text("SAME"),
          explicit_paddings: attr.ints([]),
          num_args: attr.int(1),
          fused_ops: attr.texts(["BiasAdd", "Relu"]),
          epsilon: attr.float(0),
        },
      );
      const pooled = g.node("MaxPool", "pool", [conv], {
        ...image,
        strides: window(2),
        ksize: window(2),
        padding: attr.text("VALID"),
        explicit_paddings: attr.ints([]),
      });
      const plain = g.node("Conv2D", "conv2", [pooled, g.constant("conv2/kernel", weight([3, 3, 4, 2], 3))], {
        ...image,
        strides: window(2),
        dilations: window(1),
        padding: attr.text("SAME"),
        explicit_paddings: attr.ints([]),
      });
      const statistics = ["gamma", "beta", "mean"].map((name, i) =>
        g.constant(`norm/${name}`, weight([2], 4 + i)),
      );
      const variance = g.constant("norm/variance", floats([2], 8, 0.5, 1.5));
      const norm = g.node("FusedBatchNormV3", "norm", [plain, ...statistics, variance], {
        ...image,
        epsilon: attr.float(0.001),
        is_training: attr.bool(false),
      });
      const flat = g.node("Reshape", "flatten", [norm, g.numbers("flatten/shape", [-1, 8])]);
      return [g.node("MatMul", "code", [flat, g.constant("code/kernel", weight([8, 3], 9))])];
    },
    (batch) => [floats([batch, 8, 8, 3])],
  );
  assert.deepEqual(operatorsOf(exported), [
    ...["Transpose", "Conv", "Relu", "MaxPool", "Conv", "BatchNormalization", "Reshape", "Gemm"],
  ]);
});

test("a Keras Flatten whose shape is computed from the batch's size", async (t) => {
  const exported = await assertGraph(
    t,
    (g) => {
      const x = g.placeholder("x", [-1, 2, 3, 4]);
      const batch = sizeOfAxis(g, "flatten/strided_slice", x, 0);
      const shape = g.node("Pack", "flatten/shape", [batch, g.numbers("flatten/size", 24)], {
        T: attr.type("DT_INT32"),
        axis: attr.int(0),
        N: attr.int(2),
      });
      return [g.node("Reshape", "flat", [x, shape])];
    },
    (batch) => [floats([batch, 2, 3, 4])],
  );
  assert.deepEqual(operatorsOf(exported), ["Reshape"]);
  assert.deepEqual(exported.outputs[0]?.shape, ["batch", 24]);
});

test("shapes that are computed: gathered, multiplied, joined, squeezed", async (t) => {
  await assertGraph(
    t,
    (g) => {
      const x = g.placeholder("x", [-1, 3, 4, 2]);
      const int32 = { T: attr.type("DT_INT32") };
      const shape = g.node("Shape", "shape", [x], { out_type: attr.type("DT_INT32") });
      const inner = g.node("GatherV2", "inner", [
        shape,
        g.numbers("inner/indices", [1, 2]),
        g.numbers("inner/axis", 0),
      ]);
      const product = g.node("Prod", "product", [inner, g.numbers("product/axis", [0])], {
        ...int32,
        keep_dims: attr.bool(true),
      });
      const last = g.node("Slice", "last", [
        shape,
        g.numbers("last/begin", [3]),
        g.numbers("last/size", [1]),
      ]);
      const scalar = g.node("Squeeze", "scalar", [last], { ...int32, squeeze_dims: attr.ints([0]) });
      const vector = g.node("ExpandDims", "vector", [scalar, g.numbers("vector/axis", 0)], int32);
      const doubled = g.node("Mul", "doubled", [vector, g.numbers("two", [2])], int32);
      const halved = g.node("FloorDiv", "halved", [doubled, g.numbers("two_more", [2])], int32);
      const target = g.node(
        "ConcatV2",
        "target",
        [g.numbers("open", [-1]), product, halved, g.numbers("target/axis", 0)],
        { ...int32, N: attr.int(3) },
      );
      return [g.node("Reshape", "y", [x, target])];
    },
    (batch) => [floats([batch, 3, 4, 2])],
  );
});

test("a dense layer on sequences, as Keras writes it: Tensordot of computed shapes", async (t) => {
  await assertGraph(
    t,
    (g) => {
      const x = g.placeholder("x", [-1, 5, 4]);
      const int32 = { T: attr.type("DT_INT32") };
      const rows = g.node("Reshape", "rows", [x, g.numbers("rows/shape", [-1, 4])]);
      const product = g.node("MatMul", "product", [rows, g.constant("kernel", weight([4, 2], 1))]);
      const sizes = [0, 1].map((axis) => sizeOfAxis(g, `size${axis}`, x, axis));
      const shape = g.node("Pack", "shape", [...sizes, g.numbers("units", 2)], {
        ...int32,
        axis: attr.int(0),
        N: attr.int(3),
      });
      return [g.node("Reshape", "y", [product, shape])];
    },
    (batch) => [floats([batch, 5, 4])],
  );
});

test("states of zeros that are made for the batch", async (t) => {
  await assertGraph(
    t,
    (g) => {
      const x = g.placeholder("x", [-1, 3]);
      const dims = g.node("Pack", "dims", [sizeOfAxis(g, "batch_size", x, 0), g.numbers("units", 2)], {
        T: attr.type("DT_INT32"),
        axis: attr.int(0),
        N: attr.int(2),
      });
      const zeros = g.node("Fill", "zeros", [dims, g.constant("zero", { values: [0], shape: [] })]);
      return [g.node("ConcatV2", "y", [x, zeros, g.numbers("axis", 1)], { N: attr.int(2) })];
    },
    (batch) => [floats([batch, 3])],
  );
});

test("pads, transposes, means, resizes and joins", async (t) => {
  const exported = await assertGraph(
    t,
    (g) => {
      const x = g.placeholder("x", [-1, 4, 5, 2]);
      const padded = g.node("Pad", "padded", [x, g.numbers("paddings", [0, 0, 1, 0, 0, 2, 0, 0], [4, 2])]);
      const resized = g.node("ResizeBilinear", "resized", [padded, g.numbers("size", [10, 14])], {
        align_corners: attr.bool(false),
        half_pixel_centers: attr.bool(true),
      });
      const turned = g.node("Transpose", "turned", [resized, g.numbers("perm", [0, 2, 1, 3])]);
      const means = [resized, turned].map((from, i) =>
        g.node("Mean", `mean${i}`, [from, g.numbers(`mean${i}/axes`, [1, 2])], {
          keep_dims: attr.bool(false),
        }),
      );
      return [g.node("ConcatV2", "joined", [...means, g.numbers("axis", -1)], { N: attr.int(2) }), turned];
    },
    (batch) => [floats([batch, 4, 5, 2])],
  );
  assert.deepEqual(
    exported.outputs.map(({ name }) => name),
    ["joined", "turned"],
  );
});

test("two inputs, one of whole numbers, in the model's order", async (t) => {
  const exported = await assertGraph(
    t,
    (g) => {
      const ids = g.placeholder("ids", [-1, 3], "int32");
      const x = g.placeholder("x", [-1, 3, 2]);
      const table = g.constant("table", weight([7, 2], 1));
      const words = g.node("GatherV2", "words", [table, ids, g.numbers("axis", 0)]);
      return [g.node("AddV2", "y", [words, x])];
    },
    (batch) => [ints([batch, 3], 1, 0, 7), floats([batch, 3, 2], 2)],
  );
  assert.deepEqual(
    exported.inputs.map(({ name, dtype }) => [name, dtype]),
    [
      ["ids", "int32"],
      ["x", "float32"],
    ],
  );
});

test("an operation that tfjs does not know is named", async (t) => {
  const g = new GraphModelBuilder();
  const y = g.node("FancyOp", "fancy", [g.placeholder("x", [-1, 3])]);
  const model = await loadModel(await g.save(await temporaryFolder(t), [y]));
  await assert.rejects(toOnnx(model), {
    name: ExportArgumentError.name,
    message:
      "the graph model has an operation that tfjs does not know: FancyOp; register it with tf.registerOp()",
  });
});

test("loops and conditions are refused with tfjs's reason", async (t) => {
  const g = new GraphModelBuilder();
  const x = g.placeholder("x", [-1, 3]);
  const y = g.node("Switch", "switched", [x, g.constant("flag", { values: [1], shape: [], dtype: "bool" })]);
  const model = await loadModel(await g.save(await temporaryFolder(t), [y]));
  await assert.rejects(toOnnx(model), {
    name: ExportArgumentError.name,
    message:
      /^the graph model has steps that depend on values \(loops, conditions, dynamic sizes\): .*Switch/,
  });
});

testWithChecker();
