// The option `shape`: flat rows seen as images or signals.
import { itemSize } from "./dataset.ts";
import { DataOptionError } from "./errors.ts";

/** The wanted shape, where there is one. Throws `DataOptionError` unless it has as many values as `stored`. */
export function reshaped(
  source: string,
  stored: readonly number[],
  wanted: readonly number[] | undefined,
): readonly number[] {
  if (!wanted || itemSize(wanted) === itemSize(stored)) return wanted ?? stored;
  throw new DataOptionError(
    `${source}: shape`,
    wanted.join("x"),
    `a product of ${itemSize(stored)}, the number of values of an item (${stored.join("x")})`,
  );
}
