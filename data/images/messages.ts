// What a thread that opens images and its decoding thread say to each other.
import type { Flaw, ImageSize, PixelFormat } from "./decode.ts";

/** What is to be done with some of the files, which are named by their numbers. */
export type Job =
  | { readonly kind: "sizes"; readonly files: Uint32Array }
  | { readonly kind: "pixels"; readonly files: Uint32Array; readonly format: PixelFormat };

export interface Sizes {
  readonly kind: "sizes";
  /** One per file. */
  readonly sizes: readonly (ImageSize | Flaw)[];
}

export interface Pixels {
  readonly kind: "pixels";
  /** The images one after the other; nothing in the place of those with flaws. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** By the file's place in the job, rising. */
  readonly flaws: readonly (readonly [number, Flaw])[];
}

export type ToThread =
  | { readonly kind: "job"; readonly id: number; readonly job: Job }
  /** Forget the jobs that are waiting, finish the images under way, end. */
  | { readonly kind: "close" };

export interface FromThread {
  readonly id: number;
  readonly result: Sizes | Pixels;
}
