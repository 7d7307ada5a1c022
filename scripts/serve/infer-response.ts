// Writes an inference response of the Open Inference Protocol, with Triton's binary tensor data where asked for.
import type { InferRequest } from "./infer-request.ts";
import type { OutputTensor } from "./served-model.ts";

export interface InferResponse {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The outputs in the order of the request: numbers in the JSON, or behind it as little-endian float32. */
export function writeInferResponse(
  model: string,
  { id, outputs }: InferRequest,
  results: ReadonlyMap<string, OutputTensor>,
): InferResponse {
  const binary: Uint8Array[] = [];
  const described = [...results].map(([name, { shape, data }]) => {
    const tensor = { name, datatype: "FP32", shape };
    if (!outputs.get(name)?.binary) return { ...tensor, data: Array.from(data) };
    binary.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return { ...tensor, parameters: { binary_data_size: data.byteLength } };
  });
  const json = new TextEncoder().encode(
    JSON.stringify({ model_name: model, ...(id !== undefined && { id }), outputs: described }),
  );
  if (binary.length === 0) return { headers: { "Content-Type": "application/json" }, body: json };
  const headers = {
    "Content-Type": "application/octet-stream",
    "Inference-Header-Content-Length": String(json.length),
  };
  return { headers, body: new Uint8Array(Buffer.concat([json, ...binary])) };
}
