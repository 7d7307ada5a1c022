// A trained encoder as a model of transformers.js.
export {
  type TransformersFile,
  type TransformersOptions,
  type WrittenTransformers,
  writeTransformers,
} from "./write.ts";
