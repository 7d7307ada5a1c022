// Compares candidates by running them alternately: what else the machine does then falls on all of them alike.

import { setTimeout } from "node:timers/promises";

/** Does the work once. A number it gives is the result (images/s, for instance); else its time in ms counts. */
// biome-ignore lint/suspicious/noConfusingVoidType: a candidate that returns nothing is the usual one
export type Candidate = () => number | void | Promise<number | void>;

export interface CompareOptions<Name extends string> {
  /** Rounds that count. */
  readonly rounds: number;
  readonly candidates: Readonly<Record<Name, Candidate>>;
  /** Rounds before those; 1 unless told. */
  readonly warmup?: number;
  /**
   * Milliseconds before each candidate, which then runs once uncounted; none unless told. Threads of ONNX Runtime spin
   * after a run, for up to 50 ms where the processor's pause is long, and take a core from whoever comes next.
   */
  readonly rest?: number;
  /** Milliseconds now, for tests. */
  readonly now?: () => number;
}

export interface Measured {
  readonly median: number;
  /** Distance between the first and the third quartile. */
  readonly spread: number;
  readonly samples: readonly number[];
}

export type Comparison<Name extends string> = Readonly<Record<Name, Measured>>;

/**
 * Runs every candidate once per round and gives medians and spreads. Who comes first changes every second round, and every
 * other round is in reverse: what one leaves behind (caches, garbage) falls on all that follow alike.
 */
export async function compare<const Name extends string>(
  options: CompareOptions<Name>,
): Promise<Comparison<Name>> {
  const { rounds, candidates, warmup = 1, rest = 0, now = () => performance.now() } = options;
  const runs = Object.entries<Candidate>(candidates).map(([name, run]) => ({
    name,
    run,
    samples: [] as number[],
  }));
  for (let round = -warmup; round < rounds; round++) {
    const first = Math.floor((round + warmup) / 2) % runs.length;
    const turns = [...runs.slice(first), ...runs.slice(0, first)];
    for (const { run, samples } of round % 2 === 0 ? turns : turns.toReversed()) {
      if (rest > 0) {
        await setTimeout(rest);
        await run();
      }
      const start = now();
      const sample = (await run()) ?? now() - start;
      if (round >= 0) samples.push(sample);
    }
  }
  return Object.fromEntries(runs.map(({ name, samples }) => [name, summarize(samples)])) as Comparison<Name>;
}

function summarize(samples: readonly number[]): Measured {
  const sorted = samples.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), spread: quantile(sorted, 0.75) - quantile(sorted, 0.25), samples };
}

/** Linear between neighbours (type 7 of Hyndman and Fan, 1996). */
function quantile(sorted: readonly number[], at: number): number {
  const position = (sorted.length - 1) * at;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position % 1);
}
