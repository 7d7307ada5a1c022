// NumPy's .npy for the codes, `[rows, size]`, and beside it JSON lines for ids and all other columns, row by row.
import { type FileHandle, open as openFile } from "node:fs/promises";
import { endianness } from "node:os";
import {
  type CodeType,
  type Column,
  isVector,
  type Rows,
  type VectorColumn,
  vectorArrays,
  vectorsOf,
} from "../columns.ts";
import { FeatureSetError } from "../errors.ts";
import type { Format, RowWriter } from "./format.ts";
import { openJsonl, readJsonl } from "./jsonl.ts";

/** NumPy's names of the types (NEP 1): byte order, kind, bytes. */
const descrs = { float32: "<f4", float16: "<f2", int8: "|i1" } as const satisfies Record<CodeType, string>;

/** Bytes before the values: room for any number of rows, which is known in the end. */
const HEADER = 128;

export const npy: Format = {
  suffixes: [".npy", ".rows.jsonl"],
  compressions: ["none"],
  open: ([codes = "", rows = ""], columns) => open(codes, rows, columns),
  read: ([codes = "", rows = ""], columns) => read(codes, rows, columns),
};

async function open(codesPath: string, rowsPath: string, columns: readonly Column[]): Promise<RowWriter> {
  const { column, at, others } = split(columns);
  const codes = await openFile(codesPath, "wx");
  const rows = await openJsonl(rowsPath, others).catch(async (error: unknown) => {
    await codes.close();
    throw error;
  });
  let count = 0;
  await codes.write(header(column, 0));
  return {
    async add({ count: more, values }) {
      await codes.appendFile(bytesOf(vectorsOf(values[at])));
      await rows.add({ count: more, values: values.filter((_, i) => i !== at) });
      count += more;
    },
    async finish() {
      await codes.write(header(column, count), 0, HEADER, 0);
      await rows.finish();
    },
    async close() {
      await codes.close();
      await rows.close();
    },
  };
}

async function* read(
  codesPath: string,
  rowsPath: string,
  columns: readonly Column[],
): AsyncGenerator<Rows, void, void> {
  const { column, at, others } = split(columns);
  const codes = await openFile(codesPath);
  try {
    const { size } = await codes.stat();
    let position = HEADER;
    for await (const { count, values } of readJsonl(rowsPath, others)) {
      const vectors = new vectorArrays[column.type](count * column.size);
      if (position + vectors.byteLength > size) {
        throw new FeatureSetError(
          `${codesPath}: ends after ${size} bytes; expected a code for each row of ${rowsPath}`,
        );
      }
      await readFully(codes, bytesOf(vectors), position);
      position += vectors.byteLength;
      yield { count, values: values.toSpliced(at, 0, vectors) };
    }
  } finally {
    await codes.close();
  }
}

async function readFully(handle: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
    filled += bytesRead;
  }
}

function split(columns: readonly Column[]) {
  const at = columns.findIndex(isVector);
  const column = columns[at];
  if (!column || !isVector(column)) throw new FeatureSetError("the columns have no code; expected one");
  return { column, at, others: columns.filter((_, i) => i !== at) };
}

function header({ type, size }: VectorColumn, count: number): Uint8Array {
  const dict = `{'descr': '${descrs[type]}', 'fortran_order': False, 'shape': (${count}, ${size}), }`;
  const bytes = Buffer.alloc(HEADER, " ");
  bytes.write("\x93NUMPY\x01\x00", 0, "latin1");
  bytes.writeUInt16LE(HEADER - 10, 8);
  bytes.write(dict, 10, "latin1");
  bytes.write("\n", HEADER - 1, "latin1");
  return bytes;
}

/** The same memory. Values are little-endian in the file, as they are on every machine that ONNX Runtime runs on. */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  if (endianness() !== "LE")
    throw new FeatureSetError("this machine is big-endian; expected a little-endian one");
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
