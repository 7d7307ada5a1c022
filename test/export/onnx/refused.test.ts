// What no ONNX file can hold is refused, with what to do instead.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import {
  type ConvertibleProgram,
  ExportArgumentError,
  FreeDimensionError,
  type InputSpec,
  OnnxError,
  type ToOnnxOptions,
  toOnnx,
  UnsupportedKernelError,
  ValueReadError,
} from "../../../export/onnx/index.ts";

await tf.setBackend("cpu");

type ErrorClass = new (...args: never[]) => Error;

async function refuses(
  program: ConvertibleProgram,
  inputs: readonly InputSpec[],
  kind: ErrorClass,
  message: string | RegExp,
  options: ToOnnxOptions = {},
): Promise<void> {
  await assert.rejects(toOnnx(program, inputs, options), (error: Error) => {
    assert.equal(error.constructor, kind, error.stack);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
  assert.equal(tf.getBackend(), "cpu");
}

const free: InputSpec[] = [{ name: "x", shape: ["batch", 3] }];
const fixed: InputSpec[] = [{ name: "x", shape: [4, 3] }];

test("structure that follows a free dimension", async () => {
  await refuses(
    (x) => tf.addN(tf.unstack(x)),
    free,
    FreeDimensionError,
    /^the program takes other steps when "batch" changes; the first difference is at \w+; give that dimension a fixed size in the input's shape$/,
  );
});

test("a branch in JavaScript that depends on a free dimension", async () => {
  await refuses(
    (x) => ((x.shape[0] as number) > 1010 ? x.relu() : x.tanh()),
    free,
    FreeDimensionError,
    /^the program takes other steps when "batch" changes; the first difference is at Tanh/,
  );
});

test("a number that follows a free dimension by no simple rule", async () => {
  await refuses(
    (x) => x.mul(Math.sqrt(x.shape[0] as number)),
    free,
    FreeDimensionError,
    `Mul uses a number that follows no simple rule of "batch"; give that dimension a fixed size in the input's shape, or write the step with operations that keep it`,
  );
});

test("a padding that depends on whether a free size is odd or even", async () => {
  const x = tf.input({ shape: [null, 8, 1] });
  const conv = tf.layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: "same", name: "conv" });
  await refuses(
    tf.model({ inputs: x, outputs: conv.apply(x) as tf.SymbolicTensor }),
    [{ shape: ["batch", "height", null, null] }],
    FreeDimensionError,
    /^Conv \(in layer conv\) has a setting \(an ONNX attribute\) that depends on "batch" or "height"; /,
  );
});

test("a table whose size follows a free dimension", async () => {
  await refuses(
    (x) => tf.eye(x.shape[0] as number).matMul(x as tf.Tensor2D),
    free,
    FreeDimensionError,
    /^\w+ uses a tensor of fixed content whose shape depends on "batch"/,
  );
});

test("values that are read and used in JavaScript, with the layer that does it", async () => {
  await refuses(
    (x) => x.mul(x.max().dataSync()[0] as number),
    free,
    ValueReadError,
    "the program reads the values of a float32 tensor of shape [] (dataSync(), arraySync()) and goes on in " +
      "JavaScript: an ONNX model can't; express that step with tfjs operations, or keep it outside of the program",
  );
  const encoding = tf.layers.categoryEncoding({ numTokens: 5, name: "encoding", inputShape: [4] });
  await refuses(
    tf.sequential({ layers: [encoding] }),
    [],
    ValueReadError,
    /^the program reads the values of a bool tensor of shape \[\] \(in layer encoding\)/,
  );
});

test("a kernel without an ONNX form, with the layer that asks for it", async () => {
  class Distinct extends tf.layers.Layer {
    static readonly className = "Distinct";
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.unique([inputs].flat()[0] as tf.Tensor, 1).values;
    }
    override computeOutputShape(shape: tf.Shape): tf.Shape {
      return shape;
    }
  }
  const x = tf.input({ shape: [3] });
  const y = new Distinct({ name: "distinct" }).apply(x) as tf.SymbolicTensor;
  await refuses(
    tf.model({ inputs: x, outputs: y }),
    [],
    UnsupportedKernelError,
    "kernel Unique (in layer distinct) can't be turned into ONNX: it has no ONNX lowering; " +
      "express that step with other tfjs operations, or keep it outside of the program",
  );
});

test("random numbers", async () => {
  const message = /is not the same in two calls of the program: random numbers, or a state that it keeps/;
  await refuses((x) => x.add(tf.randomNormal([4, 3])), fixed, OnnxError, message);
  await refuses(
    (x) => x.add(tf.randomNormal([3])),
    free,
    FreeDimensionError,
    /^Add uses a number that follows/,
  );
});

test("layers that draw random numbers at inference", async () => {
  const x = tf.input({ shape: [4, 4, 1] });
  const y = tf.layers.randomWidth({ factor: 0.2, name: "wide" } as never).apply(x) as tf.SymbolicTensor;
  await refuses(
    tf.model({ inputs: x, outputs: y }),
    [],
    ExportArgumentError,
    'layer "wide" (RandomWidth) draws new random numbers in every call, an ONNX model can\'t: leave it out of what is exported',
  );
});

test("recurrent layers that keep their state", async () => {
  const layers = [tf.layers.lstm({ units: 2, stateful: true, batchInputShape: [2, 3, 4], name: "memory" })];
  await refuses(
    tf.sequential({ layers }),
    [],
    ExportArgumentError,
    'layer "memory" (LSTM) keeps its state from one call to the next, an ONNX model doesn\'t: build it with stateful: false',
  );
});

test("a batch that the model fixes itself cannot be free", async () => {
  await refuses(
    tf.sequential({ layers: [tf.layers.dense({ units: 2, batchInputShape: [4, 3], name: "d" })] }),
    [{ shape: ["batch", 3] }],
    ExportArgumentError,
    'input "d_input": the model takes [4, 3], got [batch, 3]',
  );
});

test("a second dimension that is left open", async () => {
  const x = tf.input({ shape: [null, 4], name: "x" });
  const y = tf.layers.dense({ units: 2 }).apply(x) as tf.SymbolicTensor;
  await refuses(
    tf.model({ inputs: x, outputs: y }),
    [],
    ExportArgumentError,
    'input "x": dimension 1 of [?, ?, 4] is open; give its size, or a name to keep it free',
  );
});

test("a model that has not been built", async () => {
  await refuses(
    tf.sequential({ name: "empty" }),
    [],
    ExportArgumentError,
    'model "empty" has not been built: it needs layers, the first one with an inputShape',
  );
});

test("arguments that do not fit the program", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3], name: "d" })] });
  const cases: [ConvertibleProgram, InputSpec[], string, ToOnnxOptions?][] = [
    [model, [{}, {}], `inputs: the model has 1 (d_input), got 2`],
    [
      model,
      [{ dtype: "int32", shape: ["batch", 0] }],
      `input "d_input": the model takes [?, 3], got [batch, 0]`,
    ],
    [model, [], "outputNames: expected 1 names (one per output), got 2 (a, b)", { outputNames: ["a", "b"] }],
    [
      model,
      [{ name: "codes" }],
      'outputNames: the name "codes" is taken by an input or another output',
      { outputNames: ["codes"] },
    ],
    [(x) => x, [], 'a function needs its inputs: [{ name: "x", shape: ["batch", 784] }]'],
    [(x) => x, [{ name: "x" }], 'input "x": a shape is needed, for example ["batch", 784]'],
    [
      (x) => x,
      [{ name: "x", shape: ["batch size", 3] }],
      'input "x": a dimension is a whole number above 0 or a name of letters and digits, got "batch size"',
    ],
    [
      (x, y) => x?.add(y as tf.Tensor) as tf.Tensor,
      [
        { name: "x", shape: [3] },
        { name: "x", shape: [3] },
      ],
      'inputs: the name "x" is used twice',
    ],
    [
      (() => 3) as never,
      [{ name: "x", shape: [3] }],
      "toOnnx() takes a function that returns a tensor, a list of tensors or tensors by name, got 3",
    ],
    [
      {} as never,
      [],
      "toOnnx() takes a tf.LayersModel, a tf.GraphModel or a function of tensors, got an object of Object",
    ],
    [
      (x) => ({ y: tf.complex(x, x) }),
      [{ name: "x", shape: [3] }],
      `output "y" is complex64, which ONNX models can't return`,
    ],
    [
      model,
      [{ preprocess: { mean: [1, 2] } }],
      `input "d_input": preprocess.mean has 2 numbers, expected one per channel (3)`,
    ],
    [
      model,
      [{ preprocess: { layout: "CHW" } }],
      `input "d_input": preprocess.layout CHW needs images [batch, height, width, channels], got rank 2`,
    ],
  ];
  for (const [program, inputs, message, options] of cases) {
    await refuses(program, inputs, ExportArgumentError, message, options);
  }
});
