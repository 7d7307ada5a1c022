// latentkit/export: what leaves the system. Any tfjs program as ONNX, and trained models as package folders.
export * from "./features/index.ts";
export * from "./layouts/transformers/index.ts";
export * from "./onnx/index.ts";
export * from "./package/index.ts";
export { WriteError, writeWhole } from "./synced-file.ts";
