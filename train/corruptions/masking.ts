// Masking noise: values set to 0.
import { type Corruption, others, strengthOf } from "./corruption.ts";

/** Vincent et al. 2010, section 3.3. Each value by itself: their number in an item is binomial. */
export const masking: Corruption<"masking"> = (items, { strength }, random) => {
  const kept = random
    .uniform(items.values.shape)
    .greater(strengthOf(strength, items, random))
    .toFloat();
  return { values: items.values.mul(kept), mask: others(kept) };
};
