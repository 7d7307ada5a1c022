// Gives this process a GPU in software, so that tests of WebGPU run on any machine that has SwiftShader.
import { skipWithout, softwareGpu } from "./requirements.ts";

/** Must be called before anything asks for a GPU. Returns what `skip` of node:test wants. */
export function useSoftwareGpu(): false | string {
  const found = softwareGpu();
  if (found.available) process.env.VK_ICD_FILENAMES = found.path;
  return skipWithout(found);
}
