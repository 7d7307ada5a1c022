// Elementary functions of one tensor: values and gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, bools, floats, ints, onOnnx, type Program } from "../../../helpers/kernels.ts";
import { shapes } from "../../../helpers/shapes.ts";

type Unary = (x: tf.Tensor) => tf.Tensor;

/** Smooth on (0.1, 0.9). */
const smooth: Readonly<Record<string, Unary>> = {
  abs: (x) => tf.abs(x),
  acos: (x) => tf.acos(x),
  asin: (x) => tf.asin(x),
  asinh: (x) => tf.asinh(x),
  atan: (x) => tf.atan(x),
  atanh: (x) => tf.atanh(x),
  cos: (x) => tf.cos(x),
  cosh: (x) => tf.cosh(x),
  erf: (x) => tf.erf(x),
  exp: (x) => tf.exp(x),
  expm1: (x) => tf.expm1(x),
  log: (x) => tf.log(x),
  log1p: (x) => tf.log1p(x),
  logSigmoid: (x) => tf.logSigmoid(x),
  neg: (x) => tf.neg(x),
  reciprocal: (x) => tf.reciprocal(x),
  rsqrt: (x) => tf.rsqrt(x),
  sin: (x) => tf.sin(x),
  sinh: (x) => tf.sinh(x),
  sqrt: (x) => tf.sqrt(x),
  square: (x) => tf.square(x),
  tan: (x) => tf.tan(x),
  tanh: (x) => tf.tanh(x),
};

/** Smooth above 1. */
const acosh: Unary = (x) => tf.acosh(x);

const stepwise: Readonly<Record<string, Unary>> = {
  ceil: (x) => tf.ceil(x),
  floor: (x) => tf.floor(x),
  round: (x) => tf.round(x),
  sign: (x) => tf.sign(x),
};

const tests: readonly Unary[] = [(x) => tf.isFinite(x), (x) => tf.isInf(x), (x) => tf.isNaN(x)];

/** Functions that tfjs lets take an int32 or bool tensor. */
const wholeNumbers = "abs acos asin asinh atan atanh expm1 log1p neg reciprocal sinh square".split(" ");

const all =
  (functions: readonly Unary[]): Program =>
  (x) =>
    functions.map((compute) => compute(x as tf.Tensor));
const each = (functions: Readonly<Record<string, Unary>>) => all(Object.values(functions));

test("functions and their gradients have the shape of their argument, empty and 0-d ones included", async () => {
  await fc.assert(
    fc.asyncProperty(shapes(0, 4, 0), async (shape) => {
      await assertSameOnBoth(each(smooth), [floats(shape, 1, 0.1, 0.9)]);
      await assertSameOnBoth(each(stepwise), [floats(shape, 1, -3, 3)]);
      await assertSameOnBoth(acosh as Program, [floats(shape, 1, 1.1, 3)]);
    }),
    { seed: 1, numRuns: 8 },
  );
});

test("functions that take negative numbers are right for them", async () => {
  const { log: _log, rsqrt: _rsqrt, sqrt: _sqrt, ...both } = smooth;
  await assertSameOnBoth(each(both), [floats([20], 1, -0.9, 0.9)]);
});

test("functions of large numbers, infinities and NaN give what tfjs gives", async () => {
  const values = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1.5, -1.5, 30, -30, 100, -100, 1e20, -1e20];
  const data = { values, shape: [values.length] };
  const { sin, cos, tan, ...others } = smooth;
  const { sign, ...rounding } = stepwise;
  await assertSameOnBoth(each({ ...others, ...rounding, acosh }), [data], { gradient: false });
  await assertSameOnBoth(all(tests), [data], { gradient: false });
  // Apart: the sign of NaN (0 in tfjs-backend-cpu alone) and angles of 10^20, of whose turns float32 knows nothing.
  const moderate = values.filter((value) => Math.abs(value) <= 100 || Math.abs(value) === Infinity);
  await assertSameOnBoth(
    all([sin, cos, tan, sign] as Unary[]),
    [{ values: moderate, shape: [moderate.length] }],
    { gradient: false },
  );
});

test("halves are rounded to the even neighbour", async () => {
  const values = [0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, 0.49999997, 8388609, -0.2];
  await assertSameOnBoth(each(stepwise), [{ values, shape: [values.length] }], { gradient: false });
});

test("log1p and expm1 keep the digits of tiny numbers", async () => {
  const values = [1e-8, -1e-8, 3e-5, -3e-5, 1e-20, -1e-30, 1e-4, 0.3, -0.3, 0.99, 1.01, -0.99];
  const relative: Program = (x) => {
    const argument = x as tf.Tensor;
    return [tf.log1p(argument).div(argument), tf.expm1(argument).div(argument)];
  };
  await assertSameOnBoth(relative, [{ values, shape: [values.length] }], {
    gradient: false,
    tolerance: 1e-6,
  });
});

test("integers stay integers, truncated as in an Int32Array", async () => {
  const functions = wholeNumbers.map((name) => smooth[name] as Unary);
  const program = all([...functions, acosh, (x) => tf.sign(x), ...tests]);
  await assertSameOnBoth(program, [ints([3, 7])], { gradient: false });
  await assertSameOnBoth(program, [{ values: [0, 1, -1], shape: [3], dtype: "int32" }], { gradient: false });
});

test("bools stay bools", async () => {
  await assertSameOnBoth(all(tests), [bools([8])], { gradient: false });
  const kept = await onOnnx(async () => {
    const x = tf.tensor1d([1, 0], "bool");
    const results = [tf.abs(x), tf.neg(x), tf.square(x), tf.sign(x), tf.sinh(x)];
    return Promise.all(results.map(async (t) => [t.dtype, Array.from(await t.data())]));
  });
  assert.deepEqual(kept, new Array(5).fill(["bool", [1, 0]]));
});

test("the gradients of gradients are right", async () => {
  for (const compute of [...Object.values(smooth), acosh]) {
    const gradient = (x: tf.Tensor) => tf.grad((y) => compute(y).square())(x);
    const domain = compute === acosh ? floats([5], 1, 1.1, 2) : floats([5], 1, 0.1, 0.9);
    await assertSameOnBoth(gradient as Program, [domain]);
  }
});
