// Decoded rows of one size, kept for later epochs: in memory as long as they fit, in a temporary file from then on.
import { DataError } from "../errors.ts";
import { FileRows } from "./file-rows.ts";
import { type TemporaryFile, temporaryFile } from "./temporary-file.ts";

/** Mebibytes of decoded rows that stay in memory, unless told. */
export const MEMORY = 512;

export class RowStore {
  readonly #rowBytes: number;
  readonly #limit: number;
  #memory = new Uint8Array();
  #file: (TemporaryFile & { readonly rows: FileRows }) | undefined;

  /** @param memory how much stays in memory, in MiB */
  constructor(rowBytes: number, memory: number) {
    this.#rowBytes = rowBytes;
    this.#limit = memory * 2 ** 20;
  }

  /** Whether the rows have left memory. */
  get onDisk(): boolean {
    return this.#file !== undefined;
  }

  /** Stores whole rows from row `at` on. Calls must not overlap in time. */
  async write(at: number, bytes: Uint8Array): Promise<void> {
    const start = at * this.#rowBytes;
    const end = start + bytes.length;
    if (!this.#file && end > this.#limit) await this.#moveToFile();
    if (this.#file) return writeAll(this.#file, bytes, start);
    if (end > this.#memory.length) {
      const grown = new Uint8Array(Math.min(this.#limit, Math.max(end, 2 * this.#memory.length)));
      grown.set(this.#memory);
      this.#memory = grown;
    }
    this.#memory.set(bytes, start);
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#file) return this.#file.rows.read(start, end);
    return this.#memory.slice(start * this.#rowBytes, end * this.#rowBytes);
  }

  async gather(indices: Uint32Array): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#file) return this.#file.rows.gather(indices);
    const out = new Uint8Array(indices.length * this.#rowBytes);
    indices.forEach((index, i) => {
      const start = index * this.#rowBytes;
      out.set(this.#memory.subarray(start, start + this.#rowBytes), i * this.#rowBytes);
    });
    return out;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #moveToFile(): Promise<void> {
    const file = await temporaryFile();
    const rows = new FileRows(file.handle, file.path, { offset: 0, rowBytes: this.#rowBytes });
    // Rows may be read meanwhile: from memory until the file has them all.
    await writeAll(file, this.#memory, 0);
    this.#file = { ...file, rows };
    this.#memory = new Uint8Array();
  }
}

async function writeAll({ handle, path }: TemporaryFile, bytes: Uint8Array, start: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const part = Math.min(bytes.length - done, 2 ** 30);
    const written = await handle.write(bytes, done, part, start + done).catch((error: Error) => {
      throw new DataError(
        `${path}: cannot keep decoded rows (${error.message}); expected room for them there: ` +
          "set TMPDIR to another folder, or the option memory to more MiB",
      );
    });
    done += written.bytesWritten;
  }
}
