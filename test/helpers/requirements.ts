// Tells tests which outside programs are here: `test(name, { skip: skipWithout(pythonOnnx()) }, …)`.

import { type Availability, requirements } from "../../scripts/setup/requirements.ts";

export type PythonOnnx =
  | { readonly available: true; readonly python: string }
  | { readonly available: false; readonly reason: string };

/** The Python that has the `onnx` module. */
export function pythonOnnx(): PythonOnnx {
  const found = requirements.pythonOnnx.find();
  return found.available ? { available: true, python: found.path } : found;
}

/** The driver file of a GPU in software, to be named in VK_ICD_FILENAMES. */
export function softwareGpu(): Availability {
  const loader = requirements.vulkanLoader.find();
  return loader.available ? requirements.swiftShader.find() : loader;
}

/** What `skip` of node:test wants: false where the thing is there, else the reason. */
export function skipWithout(
  found: { readonly available: true } | { readonly available: false; readonly reason: string },
): false | string {
  return found.available ? false : found.reason;
}
