// Decoded images, kept in memory for later epochs as far as they fit; the others are decoded again each time.

export class PixelCache {
  readonly #itemBytes: number;
  /** Images as they were decoded together, one after the other. */
  readonly #parts: Uint8Array[] = [];
  /** Of each image: its part's number, from 1, or 0 where it is not kept; and its place there. */
  readonly #part: Uint32Array;
  readonly #place: Uint32Array;
  #room: number;

  /** @param memory how much may be kept, in MiB */
  constructor(count: number, itemBytes: number, memory: number) {
    this.#itemBytes = itemBytes;
    this.#part = new Uint32Array(count);
    this.#place = new Uint32Array(count);
    this.#room = memory * 2 ** 20;
  }

  has(index: number): boolean {
    return this.#part[index] !== 0;
  }

  /** A view, to be copied; of an image that is kept. */
  get(index: number): Uint8Array {
    const start = (this.#place[index] as number) * this.#itemBytes;
    const part = this.#parts[(this.#part[index] as number) - 1] as Uint8Array;
    return part.subarray(start, start + this.#itemBytes);
  }

  /**
   * Keeps a copy where there is room for all of it: one for many images takes less of the time of a thread that trains
   * than one for each.
   *
   * @param pixels the images one after the other
   * @param isGood whether the image at this place may be kept
   */
  add(indices: Uint32Array, pixels: Uint8Array, isGood: (at: number) => boolean): void {
    if (pixels.length > this.#room) return;
    this.#room -= pixels.length;
    const part = this.#parts.push(pixels.slice());
    indices.forEach((index, at) => {
      if (!isGood(at)) return;
      this.#part[index] = part;
      this.#place[index] = at;
    });
  }
}
