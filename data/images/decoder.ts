// Images decoded in a thread of their own: starts it when there is work, ends it when there is none.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { DataError } from "../errors.ts";
import { workerEntry } from "../worker-entry.ts";
import type { Flaw, ImageSize, PixelFormat } from "./decode.ts";
import type { FromThread, Job, Pixels, ToThread } from "./messages.ts";
import type { ImagePlaces } from "./places.ts";

type Result = FromThread["result"];
type ResultOf<J extends Job> = Extract<Result, { readonly kind: J["kind"] }>;

interface Waiting {
  resolve(result: Result): void;
  reject(error: Error): void;
}

/** Milliseconds without work after which the thread ends; the next job starts another. */
const IDLE = 10_000;

/**
 * Decodes images of one folder, job after job; a job names its files by their numbers. A caller that blocks its event
 * loop gives jobs and gets results only between two blocks: it should have as many jobs under way as there is memory for.
 *
 * Rejects with `DataError` where the thread fails, and after `close`; what is wrong with an image is a result. The thread
 * does not keep the process alive while it has nothing to do.
 */
export class Decoder {
  readonly #data: ImagePlaces;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #nextId = 0;
  #closed = false;

  /** @param data the folder, and the files in it */
  constructor(data: ImagePlaces) {
    this.#data = data;
  }

  /** One for each file, from its header. */
  async sizes(files: Uint32Array): Promise<readonly (ImageSize | Flaw)[]> {
    return (await this.#run({ kind: "sizes", files })).sizes;
  }

  pixels(files: Uint32Array, format: PixelFormat): Promise<Pixels> {
    return this.#run({ kind: "pixels", files, format });
  }

  /** Jobs under way are rejected; the images being decoded now are waited for. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end("closed while images were read");
  }

  #run<J extends Job>(job: J): Promise<ResultOf<J>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#error("closed; expected images to be read before close()"));
      const id = this.#nextId++;
      // A job is answered in kind.
      this.#waiting.set(id, { resolve: (result) => resolve(result as ResultOf<J>), reject });
      clearTimeout(this.#idle);
      this.#thread ??= this.#start();
      this.#thread.ref();
      this.#thread.postMessage({ kind: "job", id, job } satisfies ToThread);
    });
  }

  #start(): Worker {
    const { url, execArgv } = workerEntry(import.meta.url, "decoding-thread");
    const thread = new Worker(url, { workerData: this.#data, execArgv });
    thread.on("message", ({ id, result }: FromThread) => this.#settle(id, result));
    thread.on("error", (error) => this.#lose(thread, String(error)));
    thread.on("exit", (code) => this.#lose(thread, `it ended with exit code ${code}`));
    return thread;
  }

  #settle(id: number, result: Result): void {
    this.#waiting.get(id)?.resolve(result);
    this.#waiting.delete(id);
    if (this.#waiting.size > 0) return;
    this.#thread?.unref();
    this.#idle = setTimeout(() => this.#end("idle"), IDLE).unref();
  }

  async #end(why: string): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    clearTimeout(this.#idle);
    this.#rejectAll(why);
    if (!thread) return;
    const exited = once(thread, "exit");
    thread.ref();
    thread.postMessage({ kind: "close" } satisfies ToThread);
    await exited;
  }

  #lose(thread: Worker, why: string): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#rejectAll(`the thread that decodes images failed: ${why}`);
  }

  #rejectAll(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(this.#error(why));
    this.#waiting.clear();
  }

  #error(what: string): DataError {
    return new DataError(`${this.#data.folder}: ${what}`);
  }
}
