// The header of a .npy file (NumPy Enhancement Proposal 1): magic, version, and a Python dict as text.
import type { FileHandle } from "node:fs/promises";
import { FileSizeError, FormatError } from "../errors.ts";
import { readBytes } from "../file.ts";
import { type NpyType, npyTypes } from "./values.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export interface NpyHeader {
  readonly type: NpyType;
  readonly shape: readonly number[];
  /** Where the values start, in bytes. */
  readonly offset: number;
}

/** Whether these are the first bytes of a .npy file. */
export function looksLikeNpy(head: Uint8Array): boolean {
  return MAGIC.every((byte, i) => head[i] === byte);
}

/** Reads the header and holds it against the file's size. Throws `FormatError` or `FileSizeError`. */
export async function readNpyHeader(handle: FileHandle, size: number, path: string): Promise<NpyHeader> {
  const start = await readBytes(handle, 0, 12);
  if (!looksLikeNpy(start)) {
    const zip = start[0] === 0x50 && start[1] === 0x4b;
    const bytes = [...start.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const found = zip
      ? "is a zip archive, as np.savez writes"
      : `starts with bytes ${bytes || "(it is empty)"}`;
    throw new FormatError(path, found, "a .npy file, as np.save writes: 93 4e 55 4d 50 59 (\\x93NUMPY)");
  }
  const version = start[6] ?? 0;
  if (version < 1 || version > 3) {
    throw new FormatError(path, `has format version ${version}`, "version 1, 2 or 3");
  }
  const fields = version === 1 ? 10 : 12;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (size < fields) throw new FileSizeError(path, size, fields);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const offset = fields + length;
  // Checked before a damaged length can ask for gigabytes.
  if (size < offset) throw new FileSizeError(path, size, offset);
  const bytes = await readBytes(handle, fields, length);
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes);

  const { type, shape } = parseDict(text, path);
  const expected = offset + shape.reduce((product, dimension) => product * dimension, npyTypes[type].bytes);
  if (size !== expected) throw new FileSizeError(path, size, expected);
  return { type, shape, offset };
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }` */
function parseDict(text: string, path: string): Omit<NpyHeader, "offset"> {
  const descr = /["']descr["']\s*:\s*(?:["']([^"']*)["']|(\[))/.exec(text);
  const fortran = /["']fortran_order["']\s*:\s*(True|False)/.exec(text)?.[1];
  const tuple = /["']shape["']\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (!descr || !fortran || tuple === undefined) {
    const wanted = "a dict of descr, fortran_order and shape";
    throw new FormatError(path, `has the header ${JSON.stringify(text.trim())}`, wanted);
  }
  const type = checkType(descr[2] ? "records" : (descr[1] ?? ""), path);
  const shape = tuple
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  if (fortran === "True") {
    const wanted = "C order: np.save(path, np.ascontiguousarray(array))";
    throw new FormatError(path, "is in Fortran order", wanted);
  }
  return { type, shape };
}

function checkType(descr: string, path: string): NpyType {
  if (Object.hasOwn(npyTypes, descr)) return descr as NpyType;
  const known = `one of ${Object.keys(npyTypes).join(", ")}`;
  if (descr === "records") throw new FormatError(path, "holds records (a structured dtype)", known);
  if (descr.startsWith("|O")) {
    const wanted = `numbers: ${known} (objects would run as code when they are unpickled)`;
    throw new FormatError(path, "holds pickled Python objects (|O)", wanted);
  }
  if (descr.startsWith(">")) {
    const wanted = `little-endian: np.save(path, array.astype("<${descr.slice(1)}"))`;
    throw new FormatError(path, `is big-endian (${descr})`, wanted);
  }
  throw new FormatError(
    path,
    `holds values of type ${descr}`,
    `${known}: np.save(path, array.astype("<f4"))`,
  );
}
