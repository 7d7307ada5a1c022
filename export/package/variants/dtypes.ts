// The smaller element types of graphs, by their transformers.js names, and what a variant in one must be worth.

export const variantDtypes = ["fp16", "q8"] as const;
export type VariantDtype = (typeof variantDtypes)[number];

/** A variant whose outputs have a lower mean cosine with float32's than this is refused: an angle of 18 degrees. */
export const LEAST_COSINE = 0.95;
