// The scale `standard`: items brought to mean 0 and variance 1 as a whole, instead of to the range they can have.
import { type Dataset, EmptyDatasetError, gather } from "../../data/index.ts";
import { ConfigError } from "../errors.ts";

/** Items that are measured, spread evenly over the dataset. */
const SAMPLE = 10_000;
/** Items read at once. */
const BLOCK = 500;

/**
 * The dataset with [mean, mean + standard deviation] of its values as its range: what brings a range to [0, 1] then
 * brings values to mean 0 and variance 1. One mean and one deviation for all values, so that an item that is louder than
 * another stays so.
 *
 * @throws ConfigError for pictures, whose range is what apps bring pixels to; EmptyDatasetError where all values measured
 *   are the same
 */
export async function standardScale(dataset: Dataset): Promise<Dataset> {
  const { name, dtype, shape } = dataset;
  if (dtype === "uint8" || shape.length === 3) {
    throw new ConfigError(
      `config: scale is "standard"; expected range for ${name}, whose ${dtype} items of [${shape.join(", ")}] are pictures`,
    );
  }
  const count = Math.min(SAMPLE, dataset.length);
  const sample = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * dataset.length) / count));
  let [values, sum, squares] = [0, 0, 0];
  for (let start = 0; start < count; start += BLOCK) {
    for (const value of await gather(dataset, sample.subarray(start, start + BLOCK))) {
      values++;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / values;
  const variance = squares / values - mean ** 2;
  // What is left of equal values are the roundings of their squares.
  if (variance <= 1e-12 * (squares / values)) {
    throw new EmptyDatasetError(name, `all values are ${mean}`, "values that vary, for scale standard");
  }
  return { ...dataset, range: [mean, mean + Math.sqrt(variance)] };
}
