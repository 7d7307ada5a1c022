// What the command line says of a model's inputs: shapes, names and preprocessing.

import type { DeclaredInput, InputSpec, Preprocess } from "../../export/onnx/index.ts";
import { UsageError } from "./errors.ts";

/** One `--input name:shape[:dtype]`. */
export interface InputOption {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly dtype?: "float32" | "int32" | "bool";
}

export interface PreprocessOptions {
  readonly scale?: number | undefined;
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
  readonly imageLayout?: "HWC" | "CHW" | undefined;
  readonly uint8?: true | undefined;
}

const dtypes = ["float32", "int32", "bool"] as const;

/** For commander: a repeatable `name:shape[:dtype]`, such as `image:batch,28,28,1:float32`. */
export function inputOption(text: string, before: readonly InputOption[] = []): readonly InputOption[] {
  const parts = text.split(":");
  const dtype = dtypes.find((known) => known === parts.at(-1));
  if (dtype) parts.pop();
  const shape = parts.pop()?.split(",").map(dimension) ?? [];
  const name = parts.join(":");
  if (name === "" || shape.some((dim) => dim === undefined)) {
    throw new UsageError(
      `option --input: expected name:shape[:dtype] such as image:batch,28,28,1:float32, got "${text}"`,
    );
  }
  const input = { name, shape: shape as (number | string)[], ...(dtype ? { dtype } : {}) };
  return [...before, input];
}

function dimension(text: string): number | string | undefined {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  return /^[A-Za-z_]\w*$/.test(text) ? text : undefined;
}

/** For commander: a number other than 0, or a quotient such as 1/255. */
export function factor(option: string): (text: string) => number {
  return (text) => {
    const [, dividend, divisor = "1"] = /^([^/]+)(?:\/([^/]+))?$/.exec(text.trim()) ?? [];
    const value = Number(dividend ?? Number.NaN) / Number(divisor);
    if (Number.isFinite(value) && value !== 0) return value;
    throw new UsageError(`option ${option}: expected a number or a quotient such as 1/255, got "${text}"`);
  };
}

/** For commander: one number, or several with commas between them. */
export function numberList(option: string): (text: string) => readonly number[] {
  return (text) => {
    const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (numbers.every(Number.isFinite)) return numbers;
    throw new UsageError(`option ${option}: expected numbers with commas between them, got "${text}"`);
  };
}

/** What toOnnx() is told of each input, in the model's order. */
export function inputSpecs(
  declared: readonly DeclaredInput[],
  given: readonly InputOption[],
  preprocessing: PreprocessOptions,
): InputSpec[] {
  const names = declared.map(({ name }) => name);
  for (const { name } of given) {
    if (!names.includes(name)) {
      throw new UsageError(`option --input: the model has no input "${name}"; it has ${names.join(", ")}`);
    }
  }
  const preprocess = preprocessOf(preprocessing);
  if (preprocess && declared.length !== 1) {
    throw new UsageError(
      `preprocessing (--scale, --mean, --std, --image-layout, --uint8) is for models with one input; ` +
        `this one has ${declared.length}: ${names.join(", ")}`,
    );
  }
  return names.map((name) => ({
    ...given.findLast((input) => input.name === name),
    ...(preprocess ? { preprocess } : {}),
  }));
}

function preprocessOf({ scale, mean, std, imageLayout, uint8 }: PreprocessOptions): Preprocess | undefined {
  if ([scale, mean, std, imageLayout, uint8].every((option) => option === undefined)) return undefined;
  return {
    dtype: uint8 ? "uint8" : "float32",
    ...(scale === undefined ? {} : { scale }),
    ...(mean ? { mean: oneOrList(mean) } : {}),
    ...(std ? { std: oneOrList(std) } : {}),
    ...(imageLayout ? { layout: imageLayout } : {}),
  };
}

/** One number is for all channels. */
function oneOrList(numbers: readonly number[]): number | readonly number[] {
  return numbers.length === 1 ? (numbers[0] as number) : numbers;
}
