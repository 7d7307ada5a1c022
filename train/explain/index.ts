// Worked examples of linear layers as matrices, checked as they are made.
export type { Check, Explanation, Grid, Section } from "./explanation.ts";
export { explainTranspose, type TransposeOptions } from "./transpose.ts";
export { explainUnpool } from "./unpool.ts";
