// Tells which stage the others wait for: where the walk through decode, encode and write spends its time.

export type Stage = "decode" | "encode" | "write";

/** How much an earlier second counts for each second that has passed since. */
const FADING = 0.8;

/** Decoding and encoding go on while another is waited for, so what is waited for is what limits. */
export class StageClock {
  readonly #recent: Record<Stage, number> = { decode: 0, encode: 0, write: 0 };
  readonly #now: () => number;
  #fadedAt: number;

  /** @param now milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now;
    this.#fadedAt = now();
  }

  /** Counts the time until the result is there for this stage. */
  async time<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const start = this.#now();
    try {
      return await work();
    } finally {
      this.#recent[stage] += this.#now() - start;
    }
  }

  /** The stage that was waited for most in the last seconds. */
  get limit(): Stage {
    const now = this.#now();
    const factor = FADING ** ((now - this.#fadedAt) / 1000);
    this.#fadedAt = now;
    let limit: Stage = "decode";
    for (const stage of ["decode", "encode", "write"] as const) {
      this.#recent[stage] *= factor;
      if (this.#recent[stage] > this.#recent[limit]) limit = stage;
    }
    return limit;
  }
}
