// The devices of Node, and what one can tell of them without trying.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { looksLikeSoftware, whyNoVulkan } from "./vulkan.ts";

export type NodeDevice = "cuda" | "webgpu" | "cpu";

/** Fastest first. */
export const nodeDevices: readonly NodeDevice[] = ["cuda", "webgpu", "cpu"];

/**
 * Why a device is not worth a try, if so. A GPU in software is right but slower than the CPU, so it is taken only where
 * it is asked for by name.
 */
export function whyNot(device: NodeDevice, byName: boolean): string | undefined {
  if (device === "cuda") return whyNoCuda();
  if (device === "cpu") return undefined;
  const missing = whyNoVulkan();
  if (missing) return missing;
  return !byName && looksLikeSoftware()
    ? "the only Vulkan driver here computes on the CPU; ask for webgpu by name to use it"
    : undefined;
}

/** Why CUDA can't be had. Without its libraries ONNX Runtime would fail as well, but with paths instead of advice. */
export function whyNoCuda(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return `onnxruntime-node has CUDA for linux-x64 alone; this is ${process.platform}-${process.arch}`;
  }
  const folder = join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")), "..");
  const binaries = join(folder, "bin");
  const hasProvider =
    existsSync(binaries) &&
    readdirSync(binaries, { recursive: true, encoding: "utf8" }).some((name) =>
      name.endsWith("libonnxruntime_providers_cuda.so"),
    );
  if (hasProvider) return undefined;
  return (
    "onnxruntime-node's CUDA libraries are not installed: with an NVIDIA GPU, CUDA 12 and cuDNN 9 get them by " +
    "ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js"
  );
}
