// Reads a folder's images as items: those kept in memory from there, the others through the decoding thread.
import { forEachBounded } from "../bounded.ts";
import { BadItemError } from "../errors.ts";
import { PixelCache } from "./cache.ts";
import { checkSize, type Flaw, type PixelFormat } from "./decode.ts";
import type { Decoder } from "./decoder.ts";
import { imagePath } from "./places.ts";

/** Bytes of pixels that may be under way, between the file and the one who asked for them. */
const AHEAD = 32 * 2 ** 20;
/**
 * No more items than this are read ahead. A run's first step takes as long as many others: what is decoded meanwhile
 * bridges times when the decoding thread is behind.
 */
const AHEAD_ITEMS = 16_384;
/** Images in one job: enough to make a job's own cost small, few enough for its results to come soon. */
const PER_JOB = 256;
/** Jobs under way at least, however large the images are: one for each of libuv's threads. */
const LEAST_JOBS = 4;
/** Jobs that look at headers under way. */
const HEADER_JOBS = 8;

export class ImageReader {
  /** How many items are worth being asked for ahead of their use. */
  readonly ahead: number;
  readonly #folder: string;
  readonly #files: readonly string[];
  readonly #format: PixelFormat;
  readonly #decoder: Decoder;
  readonly #cache: PixelCache;
  readonly #size: number;
  readonly #perJob: number;

  /** @param memory how much is kept for later, in MiB */
  constructor(
    folder: string,
    files: readonly string[],
    format: PixelFormat,
    { decoder, memory }: { readonly decoder: Decoder; readonly memory: number },
  ) {
    this.#folder = folder;
    this.#files = files;
    this.#format = format;
    this.#decoder = decoder;
    this.#size = format.height * format.width * format.channels;
    this.#perJob = Math.min(PER_JOB, Math.ceil(AHEAD / LEAST_JOBS / this.#size));
    this.#cache = new PixelCache(files.length, this.#size, memory);
    this.ahead = Math.min(AHEAD_ITEMS, Math.ceil(AHEAD / this.#size));
  }

  /** The items with these numbers. Throws the `BadItemError` of the first that cannot be used. */
  async gather(indices: Uint32Array): Promise<Uint8Array<ArrayBuffer>> {
    const missing = indices.filter((index) => !this.#cache.has(index));
    const decoded = await this.#decode(missing);
    if (missing.length === indices.length) return decoded;
    const out = new Uint8Array(indices.length * this.#size);
    let next = 0;
    indices.forEach((index, at) => {
      const fresh = index === missing[next];
      const item = fresh ? this.#item(decoded, next++) : this.#cache.get(index);
      out.set(item, at * this.#size);
    });
    return out;
  }

  /** Decodes every image once. What cannot be used is told to `onBad`. */
  async decodeAll(onBad: (index: number, error: BadItemError) => void): Promise<void> {
    const all = Uint32Array.from(this.#files.keys());
    await this.#jobs(all, async (some) => {
      await this.#job(some, onBad);
    });
  }

  /** Looks at every header. What cannot be used is told to `onBad`. */
  async checkAll(onBad: (index: number, error: BadItemError) => void): Promise<void> {
    const jobs = Math.ceil(this.#files.length / PER_JOB);
    await forEachBounded(jobs, HEADER_JOBS, async (job) => {
      const start = job * PER_JOB;
      const count = Math.min(PER_JOB, this.#files.length - start);
      const sizes = await this.#decoder.sizes(Uint32Array.from({ length: count }, (_, i) => start + i));
      sizes.forEach((size, at) => {
        const flaw = "found" in size ? size : checkSize(size, this.#format);
        if (flaw) onBad(start + at, this.#bad(start + at, flaw));
      });
    });
  }

  /** The images one after the other. */
  async #decode(indices: Uint32Array): Promise<Uint8Array<ArrayBuffer>> {
    const refuse = (_: number, error: BadItemError) => {
      throw error;
    };
    if (indices.length <= this.#perJob) return this.#job(indices, refuse);
    const out = new Uint8Array(indices.length * this.#size);
    await this.#jobs(indices, async (some, start) => {
      out.set(await this.#job(some, refuse), start * this.#size);
    });
    return out;
  }

  /** Calls `work` with one job's images after the other, as many under way as may be. */
  async #jobs(
    indices: Uint32Array,
    work: (some: Uint32Array, start: number) => Promise<void>,
  ): Promise<void> {
    const perJob = this.#perJob;
    const underWay = Math.max(LEAST_JOBS, Math.ceil(AHEAD / (perJob * this.#size)));
    await forEachBounded(Math.ceil(indices.length / perJob), underWay, async (job) => {
      const start = job * perJob;
      await work(indices.subarray(start, start + perJob), start);
    });
  }

  /** Decodes images and keeps them. */
  async #job(
    indices: Uint32Array,
    onBad: (index: number, error: BadItemError) => void,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (indices.length === 0) return new Uint8Array();
    const { pixels, flaws } = await this.#decoder.pixels(indices, this.#format);
    const bad = new Map(flaws);
    this.#cache.keep(indices, pixels, (at) => !bad.has(at));
    for (const [at, flaw] of flaws) {
      const index = indices[at] as number;
      onBad(index, this.#bad(index, flaw));
    }
    return pixels;
  }

  #bad(index: number, flaw: Flaw): BadItemError {
    return badImage(this.#folder, this.#files[index] as string, flaw);
  }

  #item(pixels: Uint8Array, at: number): Uint8Array {
    return pixels.subarray(at * this.#size, (at + 1) * this.#size);
  }
}

export function badImage(folder: string, file: string, { found, wanted }: Flaw): BadItemError {
  return new BadItemError(imagePath(folder, file), file, found, wanted);
}
