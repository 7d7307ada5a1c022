// Option values: what is read, and what is said of wrong ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../../scripts/cli/errors.ts";
import { assignments, choice, choices, realNumber, wholeNumber } from "../../../scripts/cli/options.ts";

function throwsUsage(run: () => unknown, message: string): void {
  assert.throws(run, (error) => error instanceof UsageError && error.message === message);
}

test("a whole number is read, and its range holds at both ends", () => {
  const parse = wholeNumber("--epochs", { min: 1, max: 10 });
  assert.equal(parse("1"), 1);
  assert.equal(parse("10"), 10);
  for (const text of ["0", "11", "2.5", "abc", "", " ", "NaN", "Infinity"]) {
    throwsUsage(() => parse(text), `option --epochs: expected a whole number from 1 to 10, got "${text}"`);
  }
});

test("a wrong number's message says the bound it has", () => {
  throwsUsage(
    () => wholeNumber("--epochs", { min: 1 })("abc"),
    'option --epochs: expected a whole number of at least 1, got "abc"',
  );
  throwsUsage(
    () => realNumber("--keep", { max: 1 })("2"),
    'option --keep: expected a number of at most 1, got "2"',
  );
  throwsUsage(() => realNumber("--rate")("fast"), 'option --rate: expected a number, got "fast"');
});

test("a real number may be a fraction, negative or with an exponent, but not infinite", () => {
  const parse = realNumber("--rate");
  assert.equal(parse("1e-3"), 0.001);
  assert.equal(parse("-0.5"), -0.5);
  throwsUsage(() => parse("1e999"), 'option --rate: expected a number, got "1e999"');
});

test("a choice is one of its words", () => {
  const parse = choice("--engine", ["auto", "onnx"]);
  assert.equal(parse("onnx"), "onnx");
  throwsUsage(() => parse("gpu"), 'option --engine: expected one of auto, onnx, got "gpu"');
});

test("choices are words with commas between them, each once", () => {
  const parse = choices("--dtype", ["fp32", "fp16", "q8"]);
  assert.deepEqual(parse("fp32, q8,fp32"), ["fp32", "q8"]);
  throwsUsage(() => parse("fp32,fp8"), 'option --dtype: expected one of fp32, fp16, q8, got "fp8"');
});

test("assignments collect, with values read as JSON or else as text", () => {
  const parse = assignments("--set");
  const first = parse("optimizer.rate=0.01", undefined);
  assert.deepEqual(parse("name=a=b", first), [
    { path: "optimizer.rate", value: 0.01 },
    { path: "name", value: "a=b" },
  ]);
  throwsUsage(() => parse("rate", undefined), 'option --set: expected path=value, got "rate"');
});
