// Reads an inference request of the Open Inference Protocol, as JSON or with Triton's binary tensor data.
import * as v from "valibot";
import { RequestError } from "./errors.ts";
import type { ServedModel, TensorSpec } from "./served-model.ts";

export interface InferRequest {
  readonly id: string | undefined;
  readonly images: { readonly data: Uint8Array | Float32Array; readonly shape: readonly number[] };
  /** In the order of the request; whether each goes back as binary data. */
  readonly outputs: ReadonlyMap<string, { readonly binary: boolean }>;
}

const text = v.string();
const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const requestSchema = v.object({
  id: v.optional(text),
  parameters: v.optional(v.looseObject({ binary_data_output: v.optional(v.boolean()) })),
  inputs: v.array(
    v.object({
      name: text,
      shape: v.array(size),
      datatype: text,
      parameters: v.optional(v.looseObject({ binary_data_size: v.optional(size) })),
      data: v.optional(v.array(v.unknown())),
    }),
  ),
  outputs: v.optional(
    v.array(
      v.object({
        name: text,
        parameters: v.optional(v.looseObject({ binary_data: v.optional(v.boolean()) })),
      }),
    ),
  ),
});
type RequestBody = v.InferOutput<typeof requestSchema>;
type RequestInput = RequestBody["inputs"][number];

/**
 * @param headerLength the header Inference-Header-Content-Length: how many bytes of the body are JSON
 *
 * Throws `RequestError` 400 that names what is wrong, its value and what would be right.
 */
export function readInferRequest(
  body: Uint8Array,
  headerLength: string | undefined,
  model: ServedModel,
): InferRequest {
  const jsonLength = lengthOfJson(body, headerLength);
  const request = parseJson(body.subarray(0, jsonLength));
  const input = onlyInput(request, model);
  const { datatype, shape } = input;
  if (datatype !== model.input.datatype) {
    throw bad(`input ${input.name}: datatype is ${datatype}; expected ${model.input.datatype}`);
  }
  checkShape(shape, model.input);
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  const data = readData(input, model.input, count, body.subarray(jsonLength));
  return { id: request.id, images: { data, shape }, outputs: readOutputs(request, model) };
}

function lengthOfJson(body: Uint8Array, header: string | undefined): number {
  if (header === undefined) return body.length;
  const length = Number(header);
  if (/^\d+$/.test(header) && length > 0 && length <= body.length) return length;
  throw bad(
    `Inference-Header-Content-Length is ${header}; expected the length of the JSON at the start of the body, ` +
      `1 to ${body.length}`,
  );
}

function parseJson(bytes: Uint8Array): RequestBody {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const hint = bytes.length === 0 ? "it is empty" : error instanceof Error ? error.message : String(error);
    throw bad(`the body is not JSON (${hint}); expected an inference request object`);
  }
  const result = v.safeParse(requestSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw bad(`${v.getDotPath(issue) ?? "the body"}: ${issue.message}`);
}

function onlyInput({ inputs }: RequestBody, model: ServedModel): RequestInput {
  const [input, second] = inputs;
  const unknown = inputs.find(({ name }) => name !== model.input.name);
  if (unknown) {
    throw bad(`inputs: model ${model.name} has no input ${unknown.name}; expected ${model.input.name}`);
  }
  if (!input || second) throw bad(`inputs: holds ${inputs.length}; expected one, ${model.input.name}`);
  return input;
}

function checkShape(shape: readonly number[], { name, shape: expected }: TensorSpec): void {
  const fits =
    shape.length === expected.length && expected.every((size, i) => size === -1 || size === shape[i]);
  if (fits && shape[0] !== 0) return;
  throw bad(
    `input ${name}: shape is [${shape.join(", ")}]; expected [n, ${expected.slice(1).join(", ")}], n at least 1`,
  );
}

function readData(
  { name, parameters, data }: RequestInput,
  { datatype }: TensorSpec,
  count: number,
  binary: Uint8Array,
): Uint8Array | Float32Array {
  const size = parameters?.binary_data_size;
  if (size === undefined) {
    if (!data) throw bad(`input ${name}: holds no data; expected data, or parameters.binary_data_size`);
    if (binary.length > 0)
      throw bad(`input ${name}: holds data, and ${binary.length} bytes follow the JSON; expected one`);
    return datatype === "UINT8" ? bytesOf(name, data, count) : floatsOf(name, data, count);
  }
  if (data) throw bad(`input ${name}: holds data and parameters.binary_data_size; expected one of them`);
  const wanted = count * (datatype === "UINT8" ? 1 : 4);
  if (size !== wanted) {
    throw bad(
      `input ${name}: parameters.binary_data_size is ${size}; expected ${wanted}, by its shape and datatype`,
    );
  }
  if (binary.length !== size) {
    throw bad(
      `input ${name}: ${binary.length} bytes follow the JSON; expected ${size}, its parameters.binary_data_size ` +
        "(the header Inference-Header-Content-Length tells where the JSON ends)",
    );
  }
  // A copy of its own: floats must begin at a multiple of 4.
  const own = new Uint8Array(binary);
  return datatype === "UINT8" ? own : new Float32Array(own.buffer);
}

function bytesOf(name: string, data: readonly unknown[], count: number): Uint8Array {
  const isByte = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
  return fill(name, new Uint8Array(count), data, isByte, "a whole number from 0 to 255");
}

function floatsOf(name: string, data: readonly unknown[], count: number): Float32Array {
  return fill(name, new Float32Array(count), data, Number.isFinite, "a finite number");
}

/** Row-major values, flat or nested. */
function fill<T extends Uint8Array | Float32Array>(
  name: string,
  target: T,
  data: readonly unknown[],
  isRight: (value: unknown) => boolean,
  wanted: string,
): T {
  let at = 0;
  const visit = (values: readonly unknown[]): void => {
    for (const value of values) {
      if (Array.isArray(value)) {
        visit(value);
        continue;
      }
      if (!isRight(value))
        throw bad(`input ${name}: value ${at} is ${JSON.stringify(value)}; expected ${wanted}`);
      if (at < target.length) target[at] = value as number;
      at++;
    }
  };
  visit(data);
  if (at !== target.length) {
    throw bad(`input ${name}: data holds ${at} values; expected ${target.length}, by its shape`);
  }
  return target;
}

function readOutputs({ outputs, parameters }: RequestBody, model: ServedModel): InferRequest["outputs"] {
  const binary = parameters?.binary_data_output ?? false;
  const known = model.outputs.map(({ name }) => name);
  if (!outputs) return new Map(known.map((name) => [name, { binary }]));
  const unknown = outputs.find(({ name }) => !known.includes(name));
  if (unknown) {
    throw bad(
      `outputs: model ${model.name} has no output ${unknown.name}; expected some of ${known.join(", ")}`,
    );
  }
  if (outputs.length === 0)
    throw bad(`outputs: is empty; expected some of ${known.join(", ")}, or no outputs field`);
  return new Map(outputs.map((one) => [one.name, { binary: one.parameters?.binary_data ?? binary }]));
}

function bad(message: string): RequestError {
  return new RequestError(400, message);
}
