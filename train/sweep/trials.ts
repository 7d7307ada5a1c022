// The trials of a sweep: which values each takes, and its config.
import { type Random, seededRandom } from "../../data/index.ts";
import { assign, resolveConfig, type TrainConfig } from "../config/index.ts";
import { ConfigError } from "../errors.ts";
import { isRange, type Range, type SweepConfig } from "./config.ts";

/** Values by their path in the config. */
export type TrialValues = Readonly<Record<string, unknown>>;

export interface Trial {
  /** From 1. */
  readonly number: number;
  readonly values: TrialValues;
  readonly config: TrainConfig;
}

/**
 * All trials of a sweep, the same ones each time. Throws `ConfigError` for the first whose config can't be trained:
 * `sweep: trial 2 (model.code=0): config: model.code is 0; expected …`.
 */
export function listTrials(sweep: SweepConfig): Trial[] {
  const all = sweep.search === "grid" ? grid(sweep) : draws(sweep);
  return all.map((values, i) => ({ number: i + 1, values, config: trialConfig(sweep, values, i + 1) }));
}

/** As a person reads them: `model.code=8, optimizer.learningRate=0.001`. */
export function describeValues(values: TrialValues): string {
  return Object.entries(values)
    .map(([path, value]) => `${path}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function trialConfig({ base }: SweepConfig, values: TrialValues, number: number): TrainConfig {
  try {
    return resolveConfig(
      Object.entries(values).reduce<Record<string, unknown>>(
        (config, [path, value]) => assign(config, path, value),
        base,
      ),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`sweep: trial ${number} (${describeValues(values)}): ${error.message}`);
  }
}

/** The product of all lists, the last changing fastest. */
function grid({ space }: SweepConfig): TrialValues[] {
  return Object.entries(space).reduce<TrialValues[]>(
    (all, [path, values]) =>
      all.flatMap((before) => (values as unknown[]).map((value) => ({ ...before, [path]: value }))),
    [{}],
  );
}

/**
 * Each trial has its own stream of random numbers: what it takes does not depend on how many follow. None takes what
 * an earlier one has: it draws again.
 */
function draws({ space, seed, trials = 0 }: SweepConfig): TrialValues[] {
  const size = Object.values(space).reduce((product, values) => product * sizeOf(values), 1);
  if (trials > size)
    throw new ConfigError(`sweep: trials is ${trials}; expected at most ${size}, all that space holds`);
  const taken = new Set<string>();
  return Array.from({ length: trials }, (_, i) => {
    const random = seededRandom(seed, i + 1);
    while (true) {
      const values = Object.fromEntries(
        Object.entries(space).map(([path, choice]) => [path, draw(choice, random)] as const),
      );
      const key = JSON.stringify(values);
      if (taken.has(key)) continue;
      taken.add(key);
      return values;
    }
  });
}

/** How many different values can be drawn. */
function sizeOf(values: Range | readonly unknown[]): number {
  if (!isRange(values)) return new Set(values.map((value) => JSON.stringify(value))).size;
  return values.integer ? values.max - values.min + 1 : Number.POSITIVE_INFINITY;
}

function draw(values: Range | readonly unknown[], random: Random): unknown {
  const at = random();
  if (!isRange(values)) return values[Math.floor(at * values.length)];
  const { min, log, integer } = values;
  // A whole number stands for all from it up to the next.
  const max = integer ? values.max + 1 : values.max;
  const drawn = log ? min * (max / min) ** at : min + at * (max - min);
  // Rounding must not lead out of the range.
  return Math.min(values.max, Math.max(min, integer ? Math.floor(drawn) : drawn));
}
