// checkParity(): the ONNX file in onnxruntime-node against the tfjs program on tfjs's cpu backend.
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import { adapt, type ConvertibleProgram } from "../callable.ts";
import { type InputSpec, type ResolvedInput, resolveInputs } from "../inputs.ts";
import type { OnnxModel } from "../to-onnx.ts";
import { ModelCheckError, ModelMismatchError, type OutputDifference } from "./errors.ts";
import { programTensor, type Sample, sampleInputs } from "./samples.ts";

export interface ParityOptions {
  /** Allowed |difference| / (1 + |value|); 1e-4 unless told. */
  readonly tolerance?: number;
  /** The file, where the model was written; its bytes unless told. */
  readonly file?: string;
}

export interface Parity {
  /** Largest absolute difference of all outputs. */
  readonly maxAbs: number;
}

/** What free dimensions are in a round: the first axis of an input (a batch), or another. */
const rounds = [
  { first: 1, other: 16 },
  { first: 3, other: 24 },
];

/**
 * Runs a written model and its program on random samples, at two sizes of every free dimension.
 *
 * @throws ModelMismatchError where an output differs by more than the tolerance
 * @throws ModelCheckError where either side cannot run
 */
export async function checkParity(
  program: ConvertibleProgram,
  model: OnnxModel,
  inputs: readonly InputSpec[] = [],
  { tolerance = 1e-4, file }: ParityOptions = {},
): Promise<Parity> {
  const adapted = adapt(program);
  const resolved = resolveInputs(adapted.inputs, inputs);
  const session = await openSession(model, file);
  const former = tf.getBackend();
  await tf.setBackend("cpu");
  try {
    let maxAbs = 0;
    for (const [seed, round] of rounds.entries()) {
      const samples = sampleInputs(model.inputs, freeSizes(model, round), seed + 1);
      const sample = samples.map(({ name, shape }) => `${name} [${shape.join(", ")}]`).join(", ");
      const expected = runProgram(adapted.call, samples, resolved, sample);
      const actual = await runSession(session, samples, sample);
      for (const [i, { name }] of model.outputs.entries()) {
        const difference = compare(name, expected[i] as Output, actual[name] as ort.Tensor, tolerance);
        if (difference.exceeds) throw new ModelMismatchError(difference, tolerance, sample);
        maxAbs = Math.max(maxAbs, difference.maxAbs);
      }
    }
    return { maxAbs };
  } finally {
    await session.release();
    if (former && former !== "cpu") await tf.setBackend(former);
  }
}

async function openSession(model: OnnxModel, file: string | undefined): Promise<ort.InferenceSession> {
  const options: ort.InferenceSession.SessionOptions = { logSeverityLevel: 4 };
  try {
    return await (file
      ? ort.InferenceSession.create(file, options)
      : ort.InferenceSession.create(model.bytes, options));
  } catch (error) {
    throw new ModelCheckError(`ONNX Runtime cannot load the model: ${message(error)}`);
  }
}

function freeSizes(model: OnnxModel, round: (typeof rounds)[number]): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const { shape } of model.inputs) {
    shape.forEach((dim, axis) => {
      if (typeof dim === "string") sizes[dim] ??= axis === 0 ? round.first : round.other;
    });
  }
  return sizes;
}

interface Output {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

function runProgram(
  call: ReturnType<typeof adapt>["call"],
  samples: readonly Sample[],
  inputs: readonly ResolvedInput[],
  sample: string,
): Output[] {
  const outputs: Output[] = [];
  try {
    tf.tidy(() => {
      const tensors = samples.map((one, i) => programTensor(one, inputs[i] as ResolvedInput));
      for (const { tensor } of call(tensors)) outputs.push({ data: tensor.dataSync(), shape: tensor.shape });
    });
  } catch (error) {
    throw new ModelCheckError(`tfjs itself cannot run the model on ${sample}: ${message(error)}`);
  }
  return outputs;
}

async function runSession(session: ort.InferenceSession, samples: readonly Sample[], sample: string) {
  const feeds = samples.map(({ name, dtype, data, shape }) => {
    const tensor = new ort.Tensor(dtype as "float32", data as Float32Array, [...shape]);
    return [name, tensor] as const;
  });
  try {
    return await session.run(Object.fromEntries(feeds));
  } catch (error) {
    throw new ModelCheckError(`ONNX Runtime cannot run the model on ${sample}: ${message(error)}`);
  }
}

function compare(
  output: string,
  expected: Output,
  actual: ort.Tensor,
  tolerance: number,
): OutputDifference & { readonly exceeds: boolean } {
  if (actual.dims.join() !== expected.shape.join()) {
    throw new ModelCheckError(
      `output "${output}" has shape [${actual.dims.join(", ")}], tfjs gives [${expected.shape.join(", ")}]`,
    );
  }
  const data = actual.data as ArrayLike<number>;
  let worst = { excess: Number.NEGATIVE_INFINITY, at: 0 };
  let maxAbs = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [want, got] = [Number(expected.data[i]), Number(data[i])];
    const gap = Object.is(want, got) || want === got ? 0 : Math.abs(want - got);
    const distance = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap;
    const excess = distance - tolerance * (1 + Math.abs(Number.isFinite(want) ? want : 0));
    if (excess > worst.excess) worst = { excess, at: i };
    maxAbs = Math.max(maxAbs, distance);
  }
  return {
    output,
    maxAbs,
    index: position(worst.at, expected.shape),
    expected: Number(expected.data[worst.at]),
    actual: Number(data[worst.at]),
    exceeds: worst.excess > 0,
  };
}

/** Flat number to coordinates, row-major. */
function position(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const dim of shape.toReversed()) {
    index.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return index;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
