// How items can be shown: as pictures or as curves.
import type { PictureShape } from "./pixels.ts";

export type Kind =
  | { readonly kind: "picture"; readonly shape: PictureShape }
  /** `channels` curves of `length` values, interleaved. */
  | { readonly kind: "signal"; readonly length: number; readonly channels: number };

/** Of an array of two dimensions, the least of either that makes it a picture rather than a signal of many channels. */
const LEAST_SIDE = 8;

/**
 * Three dimensions are height, width and channels; two are a gray picture where neither is small, else length and
 * channels of a signal; one is a signal, or a row of a table.
 */
export function kindOf(shape: readonly number[]): Kind {
  const [first = 1, second = 1, third = 1] = shape;
  if (shape.length === 3) return { kind: "picture", shape: [first, second, third] };
  if (shape.length === 2 && Math.min(first, second) >= LEAST_SIDE) {
    return { kind: "picture", shape: [first, second, 1] };
  }
  if (shape.length === 2) return { kind: "signal", length: first, channels: second };
  return { kind: "signal", length: shape.reduce((product, d) => product * d, 1), channels: 1 };
}
