// latentkit/runtime in Node: loads a package and encodes, decodes, reconstructs.

export { loadRuntime } from "./node/load.ts";
export * from "./public.ts";
