// Decoded images, kept in memory for later epochs as far as they fit; the others are decoded again each time.

export class PixelCache {
  readonly #itemBytes: number;
  readonly #pixels: Uint8Array;
  /** Image number to place in `#pixels`, from 1; 0 where it is not kept. */
  readonly #places: Uint32Array;
  #kept = 0;

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

  set(index: number, pixels: Uint8Array): void {
    if (this.#places[index] || (this.#kept + 1) * this.#itemBytes > this.#pixels.length) return;
    this.#pixels.set(pixels, this.#kept * this.#itemBytes);
    this.#places[index] = ++this.#kept;
  }
}
