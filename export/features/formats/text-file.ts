// Text files of any length: written in pieces, read line by line.
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createInterface } from "node:readline";

/** Characters that are gathered before they go to the file. */
const PIECE = 1 << 18;

export class TextFile {
  readonly #handle: FileHandle;
  #waiting: string[] = [];
  #length = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** A new file. */
  static async create(path: string): Promise<TextFile> {
    return new TextFile(await open(path, "wx"));
  }

  async write(text: string): Promise<void> {
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#length = 0;
    await this.#handle.appendFile(text);
  }

  /** What has not been flushed is lost. */
  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Lines without their ends, so many at a time. */
export async function* linesOf(path: string, atOnce: number): AsyncGenerator<string[], void, void> {
  let lines: string[] = [];
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    lines.push(line);
    if (lines.length < atOnce) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}
