// Salt-and-pepper noise: values set to their lowest or their highest.
import { type Corruption, others, strengthOf } from "./corruption.ts";

/** Vincent et al. 2010, section 3.3: one uniform number u decides; up to s/2 it is 0, up to s it is 1. */
export const saltAndPepper: Corruption<"salt-and-pepper"> = (items, { strength }, random) => {
  const share = strengthOf(strength, items, random);
  const drawn = random.uniform(items.values.shape);
  const mask = drawn.lessEqual(share).toFloat();
  const pepper = drawn.lessEqual(typeof share === "number" ? share / 2 : share.div(2)).toFloat();
  const salt = mask.sub(pepper);
  return { values: items.values.mul(others(mask)).add(salt), mask };
};
