// The batches of each epoch, read ahead; those of the first are on their way while the networks are still being built.
import { type Batch, batches, type Dataset, prefetch } from "../../data/index.ts";
import type { TrainConfig } from "../config/index.ts";
import type { RunState } from "./state.ts";

/** What decides which batches come. */
type Order = Pick<TrainConfig, "batchSize" | "seed">;
type Position = Pick<RunState, "epoch" | "step">;

/** Batches that a step does not wait for. */
const AHEAD = 2;

export class EpochReader {
  #begun: { readonly key: string; readonly dataset: Dataset; readonly batches: Begun } | undefined;

  /** Begins to read. Nothing is thrown here: what can't be read is an error of `batches`. */
  begin(dataset: Dataset, order: Order, position: Position): void {
    const batches = new Begun(readAhead(dataset, order, position));
    this.#begun = { key: keyOf(order, position), dataset, batches };
  }

  /** What is left of an epoch: all of it, unless the run was resumed within. What has been begun is gone on with. */
  async *batches(dataset: Dataset, order: Order, position: Position): AsyncGenerator<Batch, void, void> {
    const begun = this.#begun;
    if (begun?.dataset === dataset && begun.key === keyOf(order, position)) {
      this.#begun = undefined;
      yield* begun.batches.all();
    } else {
      await this.close();
      yield* readAhead(dataset, order, position);
    }
  }

  /** Waits for reads that are under way, and forgets them. */
  async close(): Promise<void> {
    const begun = this.#begun;
    this.#begun = undefined;
    await begun?.batches.end();
  }
}

/** A generator that works before anybody asks for its first value. */
class Begun {
  readonly #source: AsyncGenerator<Batch, void, void>;
  readonly #first: Promise<IteratorResult<Batch, void>>;

  constructor(source: AsyncGenerator<Batch, void, void>) {
    this.#source = source;
    this.#first = source.next();
    // Where nobody comes to take it, its failure is nobody's.
    this.#first.catch(() => {});
  }

  async *all(): AsyncGenerator<Batch, void, void> {
    try {
      const first = await this.#first;
      if (first.done) return;
      yield first.value;
      yield* this.#source;
    } finally {
      await this.end();
    }
  }

  async end(): Promise<void> {
    await this.#source.return();
  }
}

function readAhead(dataset: Dataset, { batchSize, seed }: Order, { epoch, step }: Position) {
  return prefetch(batches(dataset, { batchSize, shuffle: true, seed, epoch, start: step }), { ahead: AHEAD });
}

function keyOf({ batchSize, seed }: Order, { epoch, step }: Position): string {
  return [batchSize, seed, epoch, step].join();
}
