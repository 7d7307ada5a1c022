// What a benchmark is and what it gives.

import type { Machine } from "../machine.ts";
import type { CompareOptions, Comparison } from "./compare.ts";

/** One measured number, next to what it is compared with. */
export interface BenchRow {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** The number it is compared with, in the same unit; null where there is none. */
  readonly baseline: number | null;
  /** value / baseline. */
  readonly ratio: number | null;
  /** What the ratio, or without one the value, has to be: "≥ 20" or "≤ 1.1"; null where nothing is asked. */
  readonly goal: string | null;
  readonly met: boolean | null;
}

export interface BenchContext {
  readonly machine: Machine;
  /** A line about what is being measured, on standard error. */
  say(message: string): void;
  /** Runs candidates alternately: see compare.ts. */
  compare<const Name extends string>(options: CompareOptions<Name>): Promise<Comparison<Name>>;
}

export interface Benchmark {
  readonly name: string;
  readonly description: string;
  run(context: BenchContext): Promise<BenchRow[]>;
}

export interface Goal {
  readonly at: "least" | "most";
  readonly limit: number;
}

/** Makes a row; the goal is for the ratio where there is a baseline, else for the value. */
export function benchRow(row: {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
  readonly goal?: Goal;
}): BenchRow {
  const { metric, value, unit, baseline, goal } = row;
  const ratio = baseline === undefined ? null : value / baseline;
  const judged = ratio ?? value;
  return {
    ...{ metric, value, unit, baseline: baseline ?? null, ratio },
    goal: goal ? `${goal.at === "least" ? "≥" : "≤"} ${goal.limit}` : null,
    met: goal ? (goal.at === "least" ? judged >= goal.limit : judged <= goal.limit) : null,
  };
}
