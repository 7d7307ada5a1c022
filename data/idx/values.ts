// The values of an IDX file, big-endian on disk, as arrays of this machine.
import type { ItemArray, Labels } from "../dataset.ts";
import { FormatError } from "../errors.ts";
import type { IdxHeader } from "./header.ts";

/**
 * Items: uint8 stays; int8, int16 and float32 become float32 without loss, float64 is rounded to float32.
 * Throws `FormatError` for int32, which float32 cannot hold.
 */
export function itemValues(bytes: Uint8Array<ArrayBuffer>, header: IdxHeader, path: string): ItemArray {
  if (header.type === "uint8") return bytes.subarray(header.offset);
  if (header.type === "int32") {
    throw new FormatError(
      path,
      "holds int32 items",
      "uint8, int8, int16, float32 or float64 (float32 cannot hold int32)",
    );
  }
  const read = reader(bytes, header);
  return Float32Array.from({ length: header.count }, (_, i) => read(i));
}

/** Labels: uint8 stays, int8, int16 and int32 become int32. Throws `FormatError` for other types. */
export function labelValues(bytes: Uint8Array<ArrayBuffer>, header: IdxHeader, path: string): Labels {
  if (header.type === "uint8") return bytes.subarray(header.offset);
  if (header.type === "float32" || header.type === "float64") {
    throw new FormatError(path, `holds ${header.type} labels`, "whole numbers: uint8, int8, int16 or int32");
  }
  const read = reader(bytes, header);
  return Int32Array.from({ length: header.count }, (_, i) => read(i));
}

/**
 * Lowest and highest possible value of integer items, lowest and highest value found of float items.
 * Throws `FormatError` for values that are not finite.
 */
export function valueRange(values: ItemArray, header: IdxHeader, path: string): readonly [number, number] {
  if (header.type === "uint8") return [0, 255];
  if (header.type === "int8") return [-128, 127];
  if (header.type === "int16") return [-32768, 32767];
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  values.forEach((value, i) => {
    if (!Number.isFinite(value))
      throw new FormatError(path, `value ${i} is ${value}`, "finite float32 numbers");
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  });
  if (lowest < highest) return [lowest, highest];
  const only = Number.isFinite(lowest) ? lowest : 0;
  return [only, only + 1];
}

function reader(bytes: Uint8Array<ArrayBuffer>, { type, offset }: IdxHeader): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.byteLength - offset);
  switch (type) {
    case "uint8":
      return (i) => view.getUint8(i);
    case "int8":
      return (i) => view.getInt8(i);
    case "int16":
      return (i) => view.getInt16(2 * i);
    case "int32":
      return (i) => view.getInt32(4 * i);
    case "float32":
      return (i) => view.getFloat32(4 * i);
    case "float64":
      return (i) => view.getFloat64(8 * i);
  }
}
