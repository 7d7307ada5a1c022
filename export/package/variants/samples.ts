// Items on which variants are compared with float32, where there are no real ones.
import { seededRandom } from "../../../data/random.ts";
import type { InputSpec } from "../../../runtime/index.ts";
import type { SampleData, Samples } from "../samples.ts";

/** How many items variants are compared on, unless there are fewer. */
export const COMPARED_ITEMS = 256;

/** Items of raw values, flat, and where they are from. */
export interface RawItems {
  readonly data: SampleData;
  /** For the report: `mnist:test`, `random`. */
  readonly from: string;
}

/** Uniform in the input's range, the same each time: noise, so that real items are to be preferred. */
export function randomItems(
  { shape, dtype, range: [low, high] }: InputSpec,
  count = COMPARED_ITEMS,
): RawItems {
  const next = seededRandom(count);
  const length = count * shape.reduce((product, size) => product * size, 1);
  const data =
    dtype === "uint8"
      ? Uint8Array.from({ length }, () => low + Math.floor(next() * (high - low + 1)))
      : Float32Array.from({ length }, () => low + next() * (high - low));
  return { data, from: "random" };
}

/** As a batch of the model's input. */
export function asBatch({ data }: RawItems, { shape }: InputSpec): Samples {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return { data, shape: [data.length / size, ...shape] };
}
