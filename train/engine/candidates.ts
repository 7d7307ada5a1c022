// All engines, fastest first, and how each is opened.
import type { Engine } from "./engine.ts";
import { openOnnxCpu, openOnnxCuda, openOnnxWebgpu } from "./onnx/provider.ts";
import { type Importer, importPackage } from "./packages.ts";
import { openTensorflow } from "./tensorflow.ts";
import { openWebgpu } from "./webgpu/engine.ts";

export interface EngineOptions {
  /** Threads within an operator, of the onnx engine on the CPU; one per core unless told. Others choose themselves. */
  readonly threads?: number;
  /** Loads optional packages by name; `import()` unless told. */
  readonly importer?: Importer;
}

interface Candidate {
  readonly name: string;
  /** Opens the engine without using it. Throws the reason why it can't be had. */
  open(threads: number | undefined, importer: Importer): Promise<Engine>;
}

const candidates = [
  { name: "tensorflow:gpu", open: (_, importer) => openTensorflow("@tensorflow/tfjs-node-gpu", importer) },
  { name: "onnx:cuda", open: () => openOnnxCuda() },
  // Measured on one and the same (software) adapter: compiled steps take 0.4 of the time of kernel by kernel.
  { name: "onnx:webgpu", open: (_, importer) => openOnnxWebgpu(importer) },
  { name: "webgpu", open: (_, importer) => openWebgpu(importer) },
  { name: "tensorflow:cpu", open: (_, importer) => openTensorflow("@tensorflow/tfjs-node", importer) },
  { name: "onnx:cpu", open: (threads) => openOnnxCpu(threads) },
] as const satisfies readonly Candidate[];

export type CandidateName = (typeof candidates)[number]["name"];

export const candidateNames: readonly CandidateName[] = candidates.map(({ name }) => name);

/** Opens one engine, not proven yet. */
export function openCandidate(name: CandidateName, options: EngineOptions): Promise<Engine> {
  const candidate: Candidate | undefined = candidates.find((one) => one.name === name);
  if (!candidate) throw new RangeError(`no engine is named ${name}`);
  return candidate.open(options.threads, options.importer ?? importPackage);
}
