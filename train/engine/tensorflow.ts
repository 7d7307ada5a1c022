// The tensorflow engine: TensorFlow's own library under tfjs, where the user has installed it.
import util from "node:util";
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../errors.ts";
import { leave, switchTo } from "./backend.ts";
import { eagerStep } from "./eager.ts";
import type { Engine } from "./engine.ts";
import { type Importer, loadOptional } from "./packages.ts";

const BACKEND = "tensorflow";

export type TensorflowPackage = "@tensorflow/tfjs-node-gpu" | "@tensorflow/tfjs-node";

/** Both packages register the same backend, and neither can be unloaded: the first that loads stays. */
let loaded: TensorflowPackage | undefined;

/**
 * Loads TensorFlow and opens it as an engine. Threads are TensorFlow's choice.
 *
 * @throws EngineError where the package is not installed or its native library does not load
 */
export async function openTensorflow(name: TensorflowPackage, importer: Importer): Promise<Engine> {
  if (loaded !== undefined && loaded !== name) {
    throw new EngineError(`${loaded} is loaded already, and a process can have one of the two`);
  }
  supplyRemovedUtilities(util);
  try {
    await loadOptional(name, importer);
  } catch (error) {
    forgetFailedLoad();
    throw error;
  }
  if (!tf.findBackendFactory(BACKEND)) {
    throw new EngineError(`${name} registers no tfjs backend named "${BACKEND}": install version 4.22.0`);
  }
  loaded = name;
  return {
    name: "tensorflow",
    device: usesGpu(tf.findBackend(BACKEND)) ? "cuda" : "cpu",
    isSoftware: false,
    compile: (step) => eagerStep(BACKEND, step),
    tensorOver: (values, shape) => tf.tensor(values, [...shape]),
    read: (tensor) => tensor.data(),
    use: () => switchTo(BACKEND),
    dispose: () => leave(BACKEND),
  };
}

/** Packages register their kernels before they find their native library missing; the other one is to start afresh. */
function forgetFailedLoad(): void {
  if (loaded !== undefined) return;
  for (const { kernelName } of tf.getKernelsForBackend(BACKEND)) tf.unregisterKernel(kernelName, BACKEND);
  if (tf.findBackendFactory(BACKEND)) tf.removeBackend(BACKEND);
}

function usesGpu(backend: object): boolean {
  return "isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true;
}

/** tfjs-node 4.22 calls two functions of node:util that Node 23 and later lack. */
export function supplyRemovedUtilities(target: object): void {
  const removed = {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  };
  Object.assign(target, Object.fromEntries(Object.entries(removed).filter(([name]) => !(name in target))));
}
