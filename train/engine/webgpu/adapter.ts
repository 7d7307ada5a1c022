// The GPU that WebGPU finds here: through Dawn, which the `webgpu` package brings.

import { looksLikeSoftware, whyNoVulkan } from "../../../runtime/node/vulkan.ts";
import { isSoftwareGpu } from "../../../runtime/software-gpu.ts";
import { EngineError } from "../../errors.ts";
import { type Importer, loadOptional } from "../packages.ts";

/** What of WebGPU's objects is used here (www.w3.org/TR/webgpu). */
export interface GpuAdapter {
  readonly info: AdapterInfo;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: { requiredLimits: Record<string, number> }): Promise<GpuDevice>;
}

export interface GpuDevice {
  destroy(): void;
}

export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** Keeps the process alive while it is referenced. */
export interface Gpu {
  requestAdapter(options: { powerPreference: "high-performance" }): Promise<GpuAdapter | null>;
}

interface Dawn {
  create(options: readonly string[]): Gpu;
  /** Classes and constants that browsers have as globals: GPUBuffer, GPUBufferUsage, … */
  readonly globals: object;
}

export interface FoundAdapter {
  readonly gpu: Gpu;
  readonly adapter: GpuAdapter;
  readonly globals: object;
}

/** A device in words, and whether it is a GPU's imitation on the CPU. */
export interface DeviceDescription {
  readonly device: string;
  readonly isSoftware: boolean;
}

/** @throws EngineError where the `webgpu` package, a driver or an adapter is missing */
export async function findAdapter(importer: Importer): Promise<FoundAdapter> {
  const { create, globals } = (await loadOptional("webgpu", importer)) as Dawn;
  const missing = whyNoVulkan();
  if (missing) throw new EngineError(missing);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new EngineError("WebGPU finds no adapter: install the GPU's Vulkan driver");
  return { gpu, adapter, globals };
}

export function describeAdapter(info: AdapterInfo): DeviceDescription {
  const { vendor, architecture, device, description, isFallbackAdapter } = info;
  const kind = [vendor, architecture].filter(Boolean).join(" ");
  const name = description || device || "unnamed adapter";
  const isKnown = isSoftwareGpu([architecture, device, description].join(" "));
  return {
    device: `webgpu: ${name}${kind && ` (${kind})`}`,
    isSoftware: isFallbackAdapter === true || isKnown,
  };
}

/** The adapter in words where only ONNX Runtime is to use it, which does not tell; never throws. */
export async function guessAdapter(importer: Importer): Promise<DeviceDescription> {
  try {
    return describeAdapter((await findAdapter(importer)).adapter.info);
  } catch {
    return { device: "webgpu", isSoftware: looksLikeSoftware() };
  }
}
