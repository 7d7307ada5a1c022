// Decoded images, kept in memory for later epochs as far as they fit; the others are decoded again each time.

export class PixelCache {
  readonly #itemBytes: number;
  readonly #pixels: Uint8Array;
  /** Image number to place in `#pixels`, from 1; 0 where it is not kept. */
  readonly #places: Uint32Array;
  /** Places that are filled. */
  #kept = 0;
  /** Places that are filled or about to be. */
  #reserved = 0;

  /** @param memory how much may be kept, in MiB */
  constructor(count: number, itemBytes: number, memory: number) {
    this.#itemBytes = itemBytes;
    this.#places = new Uint32Array(count);
    this.#pixels = new Uint8Array(Math.min(count, Math.floor((memory * 2 ** 20) / itemBytes)) * itemBytes);
  }

  has(index: number): boolean {
    return this.#places[index] !== 0;
  }

  /** A view, to be copied; of an image that is kept. */
  get(index: number): Uint8Array {
    const place = this.#places[index] as number;
    return this.#pixels.subarray((place - 1) * this.#itemBytes, place * this.#itemBytes);
  }

  /** Keeps the items that are good and not kept yet, as many as fit: `pixels` holds one for each index, in this order. */
  keep(indices: Uint32Array, pixels: Uint8Array, isGood: (at: number) => boolean): void {
    // Neighbours go together: a copy of many costs hardly more than a copy of one.
    let from = 0;
    indices.forEach((index, at) => {
      if (isGood(at) && this.#places[index] === 0 && this.#reserve(index)) return;
      this.#copy(pixels, from, at);
      from = at + 1;
    });
    this.#copy(pixels, from, indices.length);
  }

  /** The next free place, unless all are taken. */
  #reserve(index: number): boolean {
    if ((this.#reserved + 1) * this.#itemBytes > this.#pixels.length) return false;
    this.#places[index] = ++this.#reserved;
    return true;
  }

  #copy(pixels: Uint8Array, from: number, to: number): void {
    const bytes = this.#itemBytes;
    this.#pixels.set(pixels.subarray(from * bytes, to * bytes), this.#kept * bytes);
    this.#kept += to - from;
  }
}
