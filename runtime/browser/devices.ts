// The devices of a browser, and whether its WebGPU is a GPU.
import { isSoftwareGpu } from "../software-gpu.ts";

export type BrowserDevice = "webgpu" | "wasm";

/** Fastest first. */
export const browserDevices: readonly BrowserDevice[] = ["webgpu", "wasm"];

/** What of WebGPU's objects is used here (www.w3.org/TR/webgpu). */
interface Gpu {
  requestAdapter(options: { powerPreference: "high-performance" }): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
}

/**
 * Why a device is not worth a try, if so. Of WebGPU in software: it is right but slower than WebAssembly, so it is
 * taken only where it is asked for by name.
 */
export async function whyNot(device: BrowserDevice, byName: boolean): Promise<string | undefined> {
  if (device === "wasm") return undefined;
  const { gpu } = navigator as { gpu?: Gpu };
  if (!gpu) {
    return globalThis.isSecureContext
      ? "this browser has no WebGPU"
      : "browsers give WebGPU only to pages served by https or from localhost";
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return "WebGPU finds no GPU here";
  const { vendor, architecture, device: model, description, isFallbackAdapter } = adapter.info;
  const name = [vendor, architecture, model, description].filter(Boolean).join(" ");
  if (byName || !(isFallbackAdapter || isSoftwareGpu(name))) return undefined;
  return `WebGPU is done in software here (${name || "a fallback adapter"}); ask for webgpu by name to use it`;
}
