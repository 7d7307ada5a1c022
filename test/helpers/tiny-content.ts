// What writePackage needs to make the tiny package, with outputs worked out by hand.
import type { PackageContent, PackageGraph } from "../../export/package/index.ts";
import type { ModelSpec } from "./onnx-models.ts";
import { onnxModel } from "./onnx-models.ts";
import { tinyDecoder, tinyEncoder, tinyManifest } from "./tiny-autoencoder.ts";

const codes = { data: Float32Array.of(0.5, 0.2, 0, 0, 1, 1), shape: [3, 2] };

export function tinyEncoderGraph(spec: ModelSpec = tinyEncoder): PackageGraph {
  return {
    role: "encoder",
    fileName: "encoder.onnx",
    bytes: onnxModel(spec),
    check: {
      feeds: {
        input: { data: Uint8Array.of(0, 255, 51, 51, 0, 0, 0, 0, 255, 255, 255, 255), shape: [3, 2, 2, 1] },
      },
      expected: { codes },
    },
  };
}

export function tinyDecoderGraph(spec: ModelSpec = tinyDecoder): PackageGraph {
  const data = Float32Array.of(0.5, 0.5, 0.2, 0.2, 0, 0, 0, 0, 1, 1, 1, 1);
  return {
    role: "decoder",
    fileName: "decoder.onnx",
    bytes: onnxModel(spec),
    check: { feeds: { codes }, expected: { reconstruction: { data, shape: [3, 2, 2, 1] } } },
  };
}

export function tinyContent(folder: string, changes: Partial<PackageContent> = {}): PackageContent {
  return {
    folder,
    name: "tiny",
    input: tinyManifest.input,
    codeSize: 2,
    graphs: [tinyEncoderGraph(), tinyDecoderGraph()],
    training: { engine: "by hand", epochs: 0 },
    metrics: { loss: 0.125 },
    ...changes,
  };
}
