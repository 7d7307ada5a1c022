// The header of an IDX file (Yann LeCun's MNIST page): 0, 0, element type, rank, then each dimension as uint32, big-endian.
import { FileSizeError, FormatError } from "../errors.ts";

/** Element types of the format. */
export type IdxType = "uint8" | "int8" | "int16" | "int32" | "float32" | "float64";

const types: ReadonlyMap<number, { readonly type: IdxType; readonly bytes: number }> = new Map([
  [0x08, { type: "uint8", bytes: 1 }],
  [0x09, { type: "int8", bytes: 1 }],
  [0x0b, { type: "int16", bytes: 2 }],
  [0x0c, { type: "int32", bytes: 4 }],
  [0x0d, { type: "float32", bytes: 4 }],
  [0x0e, { type: "float64", bytes: 8 }],
]);

export interface IdxHeader {
  readonly type: IdxType;
  readonly dimensions: readonly number[];
  /** Where the values start, in bytes. */
  readonly offset: number;
  /** How many values there are. */
  readonly count: number;
}

/** Whether these first bytes of a file (at least 4) can be those of an IDX file. */
export function looksLikeIdx(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0 && head[1] === 0 && types.has(head[2] ?? 0) && (head[3] ?? 0) > 0;
}

/** Reads the header and checks the file's size against it. Throws `FormatError` or `FileSizeError`. */
export function parseIdxHeader(bytes: Uint8Array, path: string): IdxHeader {
  if (bytes.length < 4) throw new FileSizeError(path, bytes.length, 4);
  const [zero0, zero1, code = 0, rank = 0] = bytes;
  const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (zero0 !== 0 || zero1 !== 0) {
    throw new FormatError(path, `starts with bytes ${magic}`, "an IDX file, starting with 00 00");
  }
  const element = types.get(code);
  if (!element) {
    const known = [...types]
      .map(([key, { type }]) => `0x${key.toString(16).padStart(2, "0")} (${type})`)
      .join(", ");
    throw new FormatError(
      path,
      `starts with bytes ${magic}, element type 0x${code.toString(16).padStart(2, "0")}`,
      known,
    );
  }
  if (rank === 0)
    throw new FormatError(path, `starts with bytes ${magic}, 0 dimensions`, "at least 1 dimension");

  const offset = 4 + 4 * rank;
  if (bytes.length < offset) throw new FileSizeError(path, bytes.length, offset);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = dimensions.reduce((product, dimension) => product * dimension, 1);
  const size = offset + count * element.bytes;
  if (bytes.length !== size) throw new FileSizeError(path, bytes.length, size);
  return { type: element.type, dimensions, offset, count };
}
