// The stages of convolutional networks: how far each makes items smaller, and what is left in the end.
import { ConfigError } from "../errors.ts";

export interface Stage {
  readonly filters: number;
  readonly stride: number;
}

/** Filters and strides side by side. */
export function stagesOf(model: {
  readonly filters: readonly number[];
  readonly strides: number | readonly number[];
}): Stage[] {
  const { filters, strides } = model;
  return filters.map((count, i) => ({
    filters: count,
    stride: typeof strides === "number" ? strides : (strides[i] as number),
  }));
}

/** Sizes after all stages. Throws `ConfigError` where a stage's stride does not divide what it is given. */
export function sizesAfter(stages: readonly Stage[], sizes: readonly number[]): number[] {
  return stages.reduce<number[]>(
    (given, { stride }, i) => {
      if (given.every((size) => size % stride === 0)) return given.map((size) => size / stride);
      const strides = stages.map((stage) => stage.stride);
      const all = strides.reduce((product, one) => product * one, 1);
      throw new ConfigError(
        `config: model.strides are ${strides.join(", ")}; expected strides that divide the items' ` +
          `${sizes.join("×")}: stage ${i + 1} is given ${given.join("×")}, which ${stride} does not divide ` +
          `(items of multiples of ${all} would fit, see the source's option size)`,
      );
    },
    [...sizes],
  );
}

/** Throws `ConfigError` for a code of more units than the stages give (`topk`). */
export function checkTopK(topK: { readonly testK: number } | undefined, code: number): void {
  if (!topK || topK.testK <= code) return;
  throw new ConfigError(`config: penalty.k is ${topK.testK}; expected at most the code's ${code} units`);
}
