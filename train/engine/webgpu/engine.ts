// The webgpu engine: tfjs's own WebGPU backend on Dawn.
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../../errors.ts";
import { leave, switchTo } from "../backend.ts";
import { eagerStep } from "../eager.ts";
import type { Engine } from "../engine.ts";
import { type Importer, loadOptional } from "../packages.ts";
import {
  type AdapterInfo,
  describeAdapter,
  findAdapter,
  type GpuAdapter,
  type GpuDevice,
} from "./adapter.ts";
import { exposeGpu } from "./navigator.ts";

const BACKEND = "webgpu";

interface BackendModule {
  readonly WebGPUBackend: new (device: GpuDevice, info: AdapterInfo) => tf.KernelBackend;
}

/** Limits that the backend's shaders count on; WebGPU gives the smallest allowed unless asked for more. */
const limits = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/**
 * Opens tfjs's WebGPU backend on the adapter that Dawn prefers. One may be open in a thread at a time.
 *
 * @throws EngineError where a package, a driver or an adapter is missing
 */
export async function openWebgpu(importer: Importer): Promise<Engine> {
  if (tf.findBackendFactory(BACKEND)) {
    throw new EngineError("a webgpu engine is open in this thread already: dispose of it first");
  }
  const { gpu, adapter, globals } = await findAdapter(importer);
  const hideGpu = exposeGpu(gpu, globals);
  try {
    const device = await register(adapter, importer);
    return webgpuEngine(describeAdapter(adapter.info), () => {
      device.destroy();
      hideGpu();
    });
  } catch (error) {
    hideGpu();
    throw error;
  }
}

/** The package registers a backend by itself, but once in a process only; this one can be opened again. */
async function register(adapter: GpuAdapter, importer: Importer): Promise<GpuDevice> {
  const { WebGPUBackend } = (await loadOptional(
    "@tensorflow/tfjs-backend-webgpu",
    importer,
  )) as BackendModule;
  if (tf.findBackendFactory(BACKEND)) tf.removeBackend(BACKEND);
  const requiredLimits = Object.fromEntries(limits.map((name) => [name, adapter.limits[name] as number]));
  const device = await adapter.requestDevice({ requiredLimits });
  const { info } = adapter;
  tf.registerBackend(BACKEND, () => new WebGPUBackend(device, info), 0);
  return device;
}

function webgpuEngine(
  { device, isSoftware }: { readonly device: string; readonly isSoftware: boolean },
  close: () => void,
): Engine {
  let isOpen = true;
  return {
    name: "webgpu",
    device,
    isSoftware,
    compile: (step) => eagerStep(BACKEND, step),
    tensorOver: (values, shape) => tf.tensor(values, [...shape]),
    read: (tensor) => tensor.data(),
    async use() {
      if (!isOpen) throw new EngineError("this webgpu engine was disposed of: open another");
      await switchTo(BACKEND);
    },
    async dispose() {
      if (!isOpen) return;
      isOpen = false;
      await leave(BACKEND);
      tf.removeBackend(BACKEND);
      close();
    },
  };
}
