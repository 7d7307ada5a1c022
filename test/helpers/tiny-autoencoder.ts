// An autoencoder of 2×2 byte images to 2 numbers that one can do in one's head, and packages of it.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelSpec } from "./onnx-models.ts";
import { onnxModel } from "./onnx-models.ts";

/** Codes are the means of the upper and the lower two pixels, scaled to [0, 1]. */
export const tinyEncoder: ModelSpec = {
  inputs: { input: ["uint8", ["batch", 2, 2, 1]] },
  outputs: { codes: ["float32", ["batch", 2]] },
  nodes: [
    ["Cast", "input", "bytes", { to: 1 }],
    ["Div", "bytes 255", "scaled"],
    ["Reshape", "scaled flat", "rows"],
    ["MatMul", "rows weights", "codes"],
  ],
  constants: {
    255: { data: Float32Array.of(255), shape: [] },
    flat: { data: BigInt64Array.of(-1n, 4n), shape: [2] },
    weights: { data: Float32Array.of(0.5, 0, 0.5, 0, 0, 0.5, 0, 0.5), shape: [4, 2] },
  },
};

/** Each code fills its two pixels. */
export const tinyDecoder: ModelSpec = {
  inputs: { codes: ["float32", ["batch", 2]] },
  outputs: { reconstruction: ["float32", ["batch", 2, 2, 1]] },
  nodes: [
    ["MatMul", "codes weights", "rows"],
    ["Reshape", "rows picture", "reconstruction"],
  ],
  constants: {
    picture: { data: BigInt64Array.of(-1n, 2n, 2n, 1n), shape: [4] },
    weights: { data: Float32Array.of(1, 1, 0, 0, 0, 0, 1, 1), shape: [2, 4] },
  },
};

/** {@link tinyEncoder} with the same result after `rounds` products of 1024×1024 matrices: slow on purpose. */
export function slowEncoder(rounds: number): ModelSpec {
  const products = Array.from(
    { length: rounds },
    (_, i) => ["MatMul", i === 0 ? "big big" : `product${i - 1} big`, `product${i}`] as const,
  );
  return {
    ...tinyEncoder,
    nodes: [
      ...tinyEncoder.nodes.slice(0, -1),
      ["MatMul", "rows weights", "fast"],
      ["ReduceSum", "rows", "sum", { keepdims: 0 }],
      ["ConstantOfShape", "side", "zeros"],
      ["Add", "zeros sum", "added"],
      ["Clip", "added zero zero", "big"],
      ...products,
      ["ReduceSum", `product${rounds - 1}`, "total", { keepdims: 0 }],
      ["Add", "fast total", "codes"],
    ],
    constants: {
      ...tinyEncoder.constants,
      side: { data: BigInt64Array.of(1024n, 1024n), shape: [2] },
      zero: { data: Float32Array.of(0), shape: [] },
    },
  };
}

/** {@link tinyEncoder} with switches: whole numbers of the scaled pixels, which are 1 where a pixel is 255, else 0. */
export const switchingEncoder: ModelSpec = {
  ...tinyEncoder,
  outputs: { ...tinyEncoder.outputs, switches_0: ["int32", ["batch", 4]] },
  nodes: [...tinyEncoder.nodes, ["Cast", "rows", "switches_0", { to: 6 }]],
};

/** Gives the switches back. */
export const switchingDecoder: ModelSpec = {
  ...tinyDecoder,
  inputs: { ...tinyDecoder.inputs, switches_0: ["int32", ["batch", 4]] },
  nodes: [
    ["Cast", "switches_0", "whole", { to: 1 }],
    ["Reshape", "whole picture", "reconstruction"],
  ],
};

/** What the manifest of {@link switchingEncoder} and {@link switchingDecoder} says of their outputs. */
export const switchingOutputs = {
  codes: { shape: [2], dtype: "float32" },
  reconstruction: { shape: [2, 2, 1], dtype: "float32", range: [0, 1] },
  switches: [{ name: "switches_0", shape: [4], dtype: "int32" }],
} as const;

/** Probabilities of "dark" and "bright": of the mean of all pixels, and what is left to 1. */
export const tinyClassifier: ModelSpec = {
  inputs: tinyEncoder.inputs,
  outputs: { probabilities: ["float32", ["batch", 2]] },
  nodes: [
    ...tinyEncoder.nodes.slice(0, -1),
    ["MatMul", "rows weights", "brightness"],
    ["Sub", "one brightness", "darkness"],
    ["Concat", "darkness brightness", "probabilities", { axis: 1 }],
  ],
  constants: {
    ...tinyEncoder.constants,
    weights: { data: Float32Array.of(0.25, 0.25, 0.25, 0.25), shape: [4, 1] },
    one: { data: Float32Array.of(1), shape: [] },
  },
};

export const classifierOutputs = {
  codes: { shape: [2], dtype: "float32" },
  reconstruction: { shape: [2, 2, 1], dtype: "float32", range: [0, 1] },
  classes: ["dark", "bright"],
} as const;

export interface TinyPackage {
  readonly encoder?: ModelSpec;
  readonly decoder?: ModelSpec;
  readonly classifier?: ModelSpec;
  /** Further files: variants, for instance. */
  readonly variants?: readonly { readonly role: string; readonly dtype: string; readonly spec: ModelSpec }[];
  /** Fields of latentkit.json to set otherwise. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** Writes a package by hand, not with the code under test. */
export async function writeTinyPackage(folder: string, options: TinyPackage = {}): Promise<string> {
  const { encoder = tinyEncoder, decoder = tinyDecoder, classifier, manifest = {} } = options;
  await mkdir(folder, { recursive: true });
  const roles = { encoder, decoder, ...(classifier && { classifier }) };
  const graphs = [
    ...Object.entries(roles).map(([role, spec]) => ({ role, dtype: "fp32", spec })),
    ...(options.variants ?? []),
  ];
  const files = [];
  for (const { role, dtype, spec } of graphs) {
    const bytes = onnxModel(spec);
    const path = dtype === "fp32" ? `${role}.onnx` : `${role}.${dtype}.onnx`;
    await writeFile(join(folder, path), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    files.push({ path, sha256, bytes: bytes.length, role, dtype });
  }
  const content = { ...tinyManifest, files, ...manifest };
  await writeFile(join(folder, "latentkit.json"), JSON.stringify(content));
  return folder;
}

/** latentkit.json of the tiny package, without its files. */
export const tinyManifest = {
  schemaVersion: 1,
  name: "tiny",
  input: { shape: [2, 2, 1], dtype: "uint8", range: [0, 255], layout: "HWC" },
  codeSize: 2,
  outputs: {
    codes: { shape: [2], dtype: "float32" },
    reconstruction: { shape: [2, 2, 1], dtype: "float32", range: [0, 1] },
  },
  training: { engine: "by hand" },
  metrics: {},
} as const;
