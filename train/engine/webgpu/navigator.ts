// Shows a GPU as `navigator.gpu`, where libraries made for browsers look for it.
import type { Gpu } from "./adapter.ts";

/** Returns the function that takes it away again; until then the GPU object keeps the process alive. */
export function exposeGpu(gpu: Gpu, globals: object): () => void {
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  // Node has a navigator from version 21 on.
  const existing: unknown = Reflect.get(globalThis, "navigator");
  if (typeof existing === "object" && existing !== null) {
    Object.defineProperty(existing, "gpu", { value: gpu, configurable: true });
    return () => void Reflect.deleteProperty(existing, "gpu");
  }
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  return () => void Reflect.deleteProperty(globalThis, "navigator");
}
