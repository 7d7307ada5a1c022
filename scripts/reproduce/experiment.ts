// What an experiment is: published numbers, and the runs that obtain them anew.
import type { TrainConfigInput } from "../../train/index.ts";

/** A number obtained here, beside the one it is held against. */
export interface Line {
  /** What was measured, with its unit: "test SSE, code of 30". */
  readonly measure: string;
  readonly obtained: number;
  /** The published number, or one measured in the same experiment; null where none is published. */
  readonly reference: number | null;
  /** Who published or how it was measured. */
  readonly source: string;
  /** What `obtained` has to be; null where nothing is asked. */
  readonly goal: Goal | null;
  /** Digits after the point in tables. */
  readonly digits: number;
}

export interface Goal {
  readonly at: "least" | "most";
  readonly limit: number;
}

export interface ReproduceContext {
  /** A line about what is being done, on standard error. */
  say(message: string): void;
  /**
   * Trains a preset with changes, in a folder of its own, with progress; goes on with a run that was interrupted.
   * Gives the package's folder.
   */
  train(name: string, config: TrainConfigInput): Promise<TrainedRun>;
}

export interface TrainedRun {
  readonly folder: string;
  readonly package: string;
}

export interface Experiment {
  readonly name: string;
  readonly description: string;
  /** Roughly how long it takes on two cores. */
  readonly minutes: number;
  run(context: ReproduceContext): Promise<Line[]>;
}

/** A line with its defaults: no goal, two digits. */
export function line(
  given: Pick<Line, "measure" | "obtained" | "source"> & Partial<Pick<Line, "reference" | "goal" | "digits">>,
): Line {
  const { reference = null, goal = null, digits = 2 } = given;
  return { ...given, reference, goal, digits };
}

export const atMost = (limit: number): Goal => ({ at: "most", limit });
export const atLeast = (limit: number): Goal => ({ at: "least", limit });

/** Whether the goal is met; null where there is none. */
export function isMet({ obtained, goal }: Line): boolean | null {
  if (!goal) return null;
  return goal.at === "least" ? obtained >= goal.limit : obtained <= goal.limit;
}
