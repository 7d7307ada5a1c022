// Memory that pages are made in, used again once a page is written. As fresh memory for each, it would pile up outside
// of V8's heap until that collects garbage, which it seldom has a reason to.
import { forget } from "../../../../runtime/node/forget.ts";

export class PageMemory {
  readonly #bytes: number;
  readonly #all = new Set<Buffer<ArrayBuffer>>();
  readonly #free: Buffer<ArrayBuffer>[] = [];

  /** @param bytes of each piece */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** A piece that nobody else has; what is in it is arbitrary. */
  take(): Buffer<ArrayBuffer> {
    const free = this.#free.pop();
    if (free) return free;
    const made = Buffer.allocUnsafeSlow(this.#bytes);
    this.#all.add(made);
    return made;
  }

  /** The piece may be taken by others. Other memory is left alone. */
  giveBack(piece: Buffer<ArrayBuffer>): void {
    if (this.#all.has(piece)) this.#free.push(piece);
  }

  /** Ends all pieces. */
  end(): void {
    forget([...this.#all].map(({ buffer }) => buffer));
    this.#all.clear();
    this.#free.length = 0;
  }
}
