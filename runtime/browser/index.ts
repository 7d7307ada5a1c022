// latentkit/runtime in browsers: loads a package and encodes, decodes, reconstructs.
export * from "../public.ts";
export { loadRuntime } from "./load.ts";
