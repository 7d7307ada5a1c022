// Tells tests which outside programs are here: `test(name, { skip: skipWithout(pythonOnnx()) }, …)`.

import { requirements } from "../../scripts/setup/requirements.ts";

export type PythonOnnx =
  | { readonly available: true; readonly python: string }
  | { readonly available: false; readonly reason: string };

/** The Python that has the `onnx` module. */
export function pythonOnnx(): PythonOnnx {
  const found = requirements.pythonOnnx.find();
  return found.available ? { available: true, python: found.command } : found;
}

/** What `skip` of node:test wants: false where the thing is there, else the reason. */
export function skipWithout(
  found: { readonly available: true } | { readonly available: false; readonly reason: string },
): false | string {
  return found.available ? false : found.reason;
}
