// Inference over HTTP: JSON, binary tensor data, outputs to choose from, and requests that are wrong.
import assert from "node:assert/strict";
import test from "node:test";
import { answer, codes, type InferAnswer, pixels, post, tinyInput, tinyServer } from "./tiny-server.ts";

function assertNear(actual: ArrayLike<number> | undefined, expected: readonly number[]): void {
  assert.equal(actual?.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(Number(actual?.[i]) - value) < 1e-6, `${i}: ${actual?.[i]} for ${value}`);
  });
}

test("numbers in JSON give numbers in JSON, all outputs unless some are asked for", async (t) => {
  const { infer } = await tinyServer(t);
  const response = await post(infer, { id: "42", inputs: [tinyInput] });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  const { id, model_name, outputs } = await answer(response);
  assert.deepEqual([id, model_name], ["42", "tiny"]);
  assert.deepEqual(
    outputs.map(({ name, datatype, shape }) => [name, datatype, shape]),
    [
      ["codes", "FP32", [2, 2]],
      ["reconstruction", "FP32", [2, 2, 2, 1]],
      ["error", "FP32", [2]],
    ],
  );
  assertNear(outputs[0]?.data, codes);
  assertNear(outputs[1]?.data, [0.5, 0.5, 0.2, 0.2, 1, 1, 0, 0]);
  // Half a range off at two of four pixels; exact.
  assertNear(outputs[2]?.data, [0.125, 0]);
});

test("outputs come in the order of the request, without an id where there was none", async (t) => {
  const { infer } = await tinyServer(t);
  const nested = { ...tinyInput, data: [pixels.slice(0, 4), [pixels.slice(4, 6), pixels.slice(6)]] };
  const response = await post(infer, { inputs: [nested], outputs: [{ name: "error" }, { name: "codes" }] });
  const body = await answer(response);
  assert.ok(!("id" in body));
  assert.deepEqual(
    body.outputs.map(({ name }) => name),
    ["error", "codes"],
  );
  assertNear(body.outputs[1]?.data, codes);
});

/** A request with bytes behind its JSON, as Triton's clients send it. */
function binaryRequest(
  json: unknown,
  ...data: Uint8Array[]
): { body: Uint8Array<ArrayBuffer>; headers: Record<string, string> } {
  const head = new TextEncoder().encode(JSON.stringify(json));
  return {
    body: new Uint8Array(Buffer.concat([head, ...data])),
    headers: {
      "Inference-Header-Content-Length": String(head.length),
      "Content-Type": "application/octet-stream",
    },
  };
}

const { data: _, ...withoutData } = tinyInput;
const binaryInput = { ...withoutData, parameters: { binary_data_size: 8 } };

test("binary tensor data goes in, and comes back where it is asked for", async (t) => {
  const { infer } = await tinyServer(t);
  const outputs = [
    { name: "codes" },
    { name: "error", parameters: { binary_data: false } },
    { name: "reconstruction" },
  ];
  const request = binaryRequest(
    { inputs: [binaryInput], parameters: { binary_data_output: true }, outputs },
    Uint8Array.from(pixels),
  );
  const response = await fetch(infer, { method: "POST", ...request });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/octet-stream");
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.headers.get("content-length"), String(bytes.length));
  const length = Number(response.headers.get("inference-header-content-length"));
  const json = JSON.parse(bytes.subarray(0, length).toString()) as InferAnswer;
  assert.deepEqual(
    json.outputs.map(({ name, parameters, data }) => [name, parameters?.binary_data_size, data?.length]),
    [
      ["codes", 16, undefined],
      ["error", undefined, 2],
      ["reconstruction", 32, undefined],
    ],
  );
  const floats = Array.from({ length: 12 }, (_, i) => bytes.readFloatLE(length + 4 * i));
  assert.equal(bytes.length, length + 48);
  assertNear(floats.slice(0, 4), codes);
  assertNear(floats.slice(4), [0.5, 0.5, 0.2, 0.2, 1, 1, 0, 0]);
});

test("a model of floats takes FP32, in JSON and in binary, wherever the floats begin", async (t) => {
  const encoder = {
    inputs: { input: ["float32", ["batch", 2, 2, 1]] },
    outputs: { codes: ["float32", ["batch", 2]] },
    nodes: [
      ["Reshape", "input flat", "rows"],
      ["MatMul", "rows weights", "codes"],
    ],
    constants: {
      flat: { data: BigInt64Array.of(-1n, 4n), shape: [2] },
      weights: { data: Float32Array.of(0.5, 0, 0.5, 0, 0, 0.5, 0, 0.5), shape: [4, 2] },
    },
  } as const;
  const input = { shape: [2, 2, 1], dtype: "float32", range: [0, 1], layout: "HWC" };
  const content = {
    encoder: { ...encoder, constants: structuredClone(encoder.constants) as never },
    manifest: { input },
  };
  const { infer } = await tinyServer(t, { package: content });
  const floats = Float32Array.of(0, 1, 0.25, 0.25);
  for (const id of ["", "1", "12", "123"]) {
    const described = { name: "input", datatype: "FP32", shape: [1, 2, 2, 1] };
    const request = binaryRequest(
      { id, inputs: [{ ...described, parameters: { binary_data_size: 16 } }], outputs: [{ name: "codes" }] },
      new Uint8Array(floats.buffer),
    );
    assertNear(
      (await answer(await fetch(infer, { method: "POST", ...request }))).outputs[0]?.data,
      [0.5, 0.25],
    );
    const inJson = { id, inputs: [{ ...described, data: [...floats] }], outputs: [{ name: "codes" }] };
    assertNear((await answer(await post(infer, inJson))).outputs[0]?.data, [0.5, 0.25]);
  }
  const wrong = await post(infer, {
    inputs: [{ ...tinyInput, datatype: "FP32", data: [...pixels.slice(1), null] }],
  });
  assert.deepEqual(await wrong.json(), { error: "input input: value 7 is null; expected a finite number" });
});

test("a request that is wrong is told what, its value and what would be right", async (t) => {
  const { infer } = await tinyServer(t);
  const one = (changes: object) => ({ inputs: [{ ...tinyInput, ...changes }] });
  const cases: [unknown, string | RegExp][] = [
    [null, /^the body: Invalid type: Expected Object but received null$/],
    [{}, /^inputs: Invalid key: Expected "inputs" but received undefined$/],
    [{ inputs: [] }, "inputs: holds 0; expected one, input"],
    [{ inputs: [tinyInput, tinyInput] }, "inputs: holds 2; expected one, input"],
    [one({ name: "image" }), "inputs: model tiny has no input image; expected input"],
    [one({ datatype: "FP32" }), "input input: datatype is FP32; expected UINT8"],
    [one({ shape: [2, 4] }), "input input: shape is [2, 4]; expected [n, 2, 2, 1], n at least 1"],
    [
      one({ shape: [0, 2, 2, 1], data: [] }),
      "input input: shape is [0, 2, 2, 1]; expected [n, 2, 2, 1], n at least 1",
    ],
    [one({ shape: [2, 2, 2, 1.5] }), /^inputs\.0\.shape\.3: Invalid integer: Received 1\.5$/],
    [one({ data: pixels.slice(1) }), "input input: data holds 7 values; expected 8, by its shape"],
    [one({ data: [...pixels, 0] }), "input input: data holds 9 values; expected 8, by its shape"],
    [
      one({ data: [0, 256, 0, 0, 0, 0, 0, 0] }),
      "input input: value 1 is 256; expected a whole number from 0 to 255",
    ],
    [
      one({ data: [0, 0, "a", 0, 0, 0, 0, 0] }),
      'input input: value 2 is "a"; expected a whole number from 0 to 255',
    ],
    [one({ data: undefined }), "input input: holds no data; expected data, or parameters.binary_data_size"],
    [
      { ...one({}), outputs: [{ name: "code" }] },
      "outputs: model tiny has no output code; expected some of codes, reconstruction, error",
    ],
    [
      { ...one({}), outputs: [] },
      "outputs: is empty; expected some of codes, reconstruction, error, or no outputs field",
    ],
  ];
  for (const [body, message] of cases) {
    const response = await post(infer, body);
    assert.equal(response.status, 400, String(message));
    const { error } = (await response.json()) as { error: string };
    if (typeof message === "string") assert.equal(error, message);
    else assert.match(error, message);
  }
  const broken = await fetch(infer, { method: "POST", body: '{"inputs": [' });
  assert.equal(broken.status, 400);
  assert.match(
    ((await broken.json()) as { error: string }).error,
    /^the body is not JSON \(.+\); expected an inference request object$/,
  );
});

test("binary data whose sizes do not fit is refused", async (t) => {
  const { infer } = await tinyServer(t);
  const bytes = Uint8Array.from(pixels);
  const { headers, body } = binaryRequest({ inputs: [binaryInput] }, bytes);
  const cases: [RequestInit, RegExp][] = [
    [
      { body, headers: { "Inference-Header-Content-Length": "x" } },
      /^Inference-Header-Content-Length is x; expected the length of the JSON at the start of the body, 1 to \d+$/,
    ],
    [
      { body, headers: { "Inference-Header-Content-Length": "9999" } },
      /^Inference-Header-Content-Length is 9999; /,
    ],
    [{ body }, /^the body is not JSON/],
    [{ headers, body: body.slice(0, -1) }, /^input input: 7 bytes follow the JSON; expected 8, /],
    [
      binaryRequest({ inputs: [{ ...withoutData, parameters: { binary_data_size: 7 } }] }, bytes),
      /^input input: parameters\.binary_data_size is 7; expected 8, by its shape and datatype$/,
    ],
    [
      binaryRequest({ inputs: [{ ...binaryInput, data: pixels }] }, bytes),
      /^input input: holds data and parameters\.binary_data_size; /,
    ],
    [
      binaryRequest({ inputs: [tinyInput] }, bytes),
      /^input input: holds data, and 8 bytes follow the JSON; /,
    ],
  ];
  for (const [init, message] of cases) {
    const response = await fetch(infer, { method: "POST", ...init });
    assert.equal(response.status, 400, String(message));
    assert.match(((await response.json()) as { error: string }).error, message);
  }
});
