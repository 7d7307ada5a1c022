// A stream that keeps what is written to it.

import { Writable } from "node:stream";

export class MemoryStream extends Writable {
  text = "";
  /** Set to be taken for a terminal. */
  isTTY = false;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
