// Tells raw values from pictures, without the code that pictures need.
import type { Images, RawItems } from "../types.ts";

/** Whether this has the form of raw values: a typed array, or one with a shape. They may still be of a wrong kind. */
export function isRaw(given: Images): given is RawItems {
  if (ArrayBuffer.isView(given)) return true;
  return typeof given === "object" && given !== null && "data" in given && "shape" in given;
}
