// Reads the first bytes of small files, which come by tens of thousands, at the least cost.
import { closeSync, open, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";

const openFile = promisify(open);
const readFile = promisify(read);

/** Milliseconds a read may take, on average, to be waited for: one done in libuv's threads costs 0.03 more. */
const SLOW = 1;
/** The average goes over about this many reads. */
const SPAN = 32;

/** Blocks the thread while it reads, unless files are far away: then many can be read at a time. */
export class FirstBytes {
  readonly #clock: () => number;
  /** Buffers that are not in use now: as many as there are reads at a time. */
  readonly #spare: Buffer[] = [];
  #average = 0;

  /** @param clock milliseconds */
  constructor(clock = () => performance.now()) {
    this.#clock = clock;
  }

  /**
   * Calls `use` with the first `length` bytes, fewer where the file ends before. They are overwritten once it has
   * returned. Rejects as the file system does.
   */
  async read<T>(path: string, length: number, use: (bytes: Buffer) => T): Promise<T> {
    const found = this.#spare.pop();
    const buffer = found && found.length >= length ? found : Buffer.allocUnsafeSlow(length);
    try {
      const count =
        this.#average > SLOW ? await readLater(path, buffer, length) : this.#readNow(path, buffer, length);
      return use(buffer.subarray(0, count));
    } finally {
      this.#spare.push(buffer);
    }
  }

  #readNow(path: string, buffer: Buffer, length: number): number {
    const started = this.#clock();
    const file = openSync(path, "r");
    try {
      return readSync(file, buffer, 0, length, 0);
    } finally {
      closeSync(file);
      // One long pause, in which the thread had no processor, must not weigh more than some slow reads.
      this.#average += (Math.min(this.#clock() - started, 5 * SLOW) - this.#average) / SPAN;
    }
  }
}

async function readLater(path: string, buffer: Buffer, length: number): Promise<number> {
  const file = await openFile(path, "r");
  try {
    return (await readFile(file, buffer, 0, length, 0)).bytesRead;
  } finally {
    closeSync(file);
  }
}
