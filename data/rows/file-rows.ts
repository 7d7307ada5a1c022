// Rows of one size within a file, read by byte ranges: the file itself is never in memory.
import type { FileHandle } from "node:fs/promises";
import { forEachBounded } from "../bounded.ts";
import { FileSizeError } from "../errors.ts";
import { readBytes } from "../file.ts";

/** Wanted rows with no more bytes than this between them are read together. */
const GAP = 1 << 14;
/** Bytes that are read together at most, where rows are gathered. */
const RUN = 1 << 20;
/** Reads under way at a time. */
const READS = 32;

export interface RowLayout {
  /** Where row 0 begins, in bytes. */
  readonly offset: number;
  readonly rowBytes: number;
  /** From the beginning of a row to that of the next. Default `rowBytes`; less where rows overlap. */
  readonly stride?: number;
}

export class FileRows {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #offset: number;
  readonly #rowBytes: number;
  readonly #stride: number;

  constructor(handle: FileHandle, path: string, { offset, rowBytes, stride = rowBytes }: RowLayout) {
    this.#handle = handle;
    this.#path = path;
    this.#offset = offset;
    this.#rowBytes = rowBytes;
    this.#stride = stride;
  }

  /** Rows `start` to `end` (excluded), one after the other. Throws `FileSizeError` where the file has shrunk. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (start === end) return new Uint8Array();
    const length = (end - start - 1) * this.#stride + this.#rowBytes;
    const first = this.#offset + start * this.#stride;
    const bytes = await readBytes(this.#handle, first, length);
    if (bytes.length < length) throw new FileSizeError(this.#path, first + bytes.length, first + length);
    if (this.#stride === this.#rowBytes) return bytes;
    const out = new Uint8Array((end - start) * this.#rowBytes);
    for (let i = 0; i < end - start; i++) this.#copy(bytes, i, out, i);
    return out;
  }

  /** The rows with these numbers in this order; neighbours are read together. */
  async gather(indices: Uint32Array): Promise<Uint8Array<ArrayBuffer>> {
    const out = new Uint8Array(indices.length * this.#rowBytes);
    const sorted = Uint32Array.from(indices.keys()).sort((a, b) => at(indices, a) - at(indices, b));
    const runs = this.#runs(indices, sorted);
    await forEachBounded(runs.length, READS, async (run) => {
      const positions = runs[run] ?? sorted;
      const first = at(indices, at(positions, 0));
      const last = at(indices, at(positions, positions.length - 1));
      const length = (last - first) * this.#stride + this.#rowBytes;
      const begin = this.#offset + first * this.#stride;
      const bytes = await readBytes(this.#handle, begin, length);
      if (bytes.length < length) throw new FileSizeError(this.#path, begin + bytes.length, begin + length);
      for (const position of positions) this.#copy(bytes, at(indices, position) - first, out, position);
    });
    return out;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** Cuts the positions, sorted by row, where the next row is too far to be read along. */
  #runs(indices: Uint32Array, sorted: Uint32Array): Uint32Array[] {
    const runs: Uint32Array[] = [];
    let begin = 0;
    for (let i = 1; i <= sorted.length; i++) {
      const previous = at(indices, at(sorted, i - 1));
      const next = i < sorted.length ? at(indices, at(sorted, i)) : Number.POSITIVE_INFINITY;
      const gap = (next - previous) * this.#stride - this.#rowBytes;
      const length = (next - at(indices, at(sorted, begin))) * this.#stride + this.#rowBytes;
      if (gap <= GAP && length <= RUN) continue;
      runs.push(sorted.subarray(begin, i));
      begin = i;
    }
    return runs;
  }

  #copy(from: Uint8Array, row: number, to: Uint8Array, toRow: number): void {
    const start = row * this.#stride;
    to.set(from.subarray(start, start + this.#rowBytes), toRow * this.#rowBytes);
  }
}

function at(list: Uint32Array, index: number): number {
  return list[index] as number;
}
