// Smaller variants of a model's graphs: half precision and 8 bits.
export { LEAST_COSINE, type VariantDtype, variantDtypes } from "./dtypes.ts";
export { VariantError } from "./errors.ts";
export type { Fidelity } from "./fidelity.ts";
export { COMPARED_ITEMS, type RawItems, randomItems } from "./samples.ts";
export { type VariantOptions, type VariantReport, type WrittenVariants, writeVariants } from "./write.ts";
export { type ModelVariant, writeModelVariants } from "./write-model.ts";
