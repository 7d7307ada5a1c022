// The config of a sweep: which settings are tried, how they are chosen, and how many epochs they get.
import * as v from "valibot";
import { configParts, issueMessage, type Known } from "../config/index.ts";
import { schema as trainSchema } from "../config/schema.ts";
import { ConfigError } from "../errors.ts";

const whole = (min: number, what: string) =>
  v.pipe(v.number(`expected ${what}`), v.integer(`expected ${what}`), v.minValue(min, `expected ${what}`));
const end = v.pipe(v.number("expected a number"), v.finite("expected a finite number"));

const range = v.strictObject({
  /** Both ends can be drawn where `integer` is set; else `max` is the limit. */
  min: end,
  max: end,
  /** Draw evenly on a logarithmic scale: as often from 0.001 to 0.01 as from 0.01 to 0.1. */
  log: v.optional(v.boolean(), false),
  /** Draw whole numbers. */
  integer: v.optional(v.boolean(), false),
});

const list = v.pipe(v.array(v.unknown()), v.nonEmpty("expected at least one value"));

const schema = v.strictObject({
  /** Every trial's config, but for what `space` sets. */
  base: v.optional(trainSchema, {}),
  /** `grid`: all combinations of the values, the last path's changing fastest; `random`: `trials` draws. */
  search: v.optional(v.picklist(["grid", "random"]), "grid"),
  /** How many draws, with `random`. */
  trials: v.optional(whole(1, "a whole number of trials, at least 1")),
  /** Of the draws; the runs have `base.seed`. */
  seed: v.optional(whole(Number.MIN_SAFE_INTEGER, "a whole number"), 1),
  /** Dotted paths of a run's config, each with values to take or, with `random`, a range to draw from. */
  space: v.pipe(
    v.record(
      v.string(),
      v.lazy((input) => (Array.isArray(input) ? list : range)),
    ),
    v.check((space) => Object.keys(space).length > 0, "expected at least one path with values"),
  ),
  /**
   * Successive halving (Jamieson & Talwalkar 2016): all trials train for `epochs`, the best 1/`eta` of them go on to
   * `eta` times as many, and so on to the runs' last epoch. They pause and go on with all their state, so that the
   * one that wins is the run it would have been alone.
   */
  halving: v.optional(
    v.strictObject({
      epochs: whole(1, "a whole number of epochs, at least 1"),
      eta: v.optional(whole(2, "a whole number, at least 2"), 3),
    }),
  ),
});

/** A sweep's config as people write it. */
export type SweepConfigInput = v.InferInput<typeof schema>;
/** With all defaults filled in. */
export type SweepConfig = v.InferOutput<typeof schema>;
export type Range = v.InferOutput<typeof range>;

const known: Known = {
  "": schema,
  ...Object.fromEntries(
    Object.entries(configParts).map(([path, part]) => [path === "" ? "base" : `base.${path}`, part]),
  ),
  halving: { entries: { epochs: true, eta: true } },
};

/** Losses of trials that differ in these are not of one kind, and no trial is better than another. */
const notComparable = ["data", "loss", "validation"];

/** Fills in defaults. Throws `ConfigError` for the first thing wrong, as in `sweep: trials is 0; expected …`. */
export function resolveSweep(config: unknown): SweepConfig {
  const result = v.safeParse(schema, config);
  if (!result.success) throw new ConfigError(issueMessage(result.issues[0], "sweep", known));
  checkSearch(result.output);
  for (const [path, values] of Object.entries(result.output.space)) checkSpace(path, values, result.output);
  return result.output;
}

export function isRange(values: Range | readonly unknown[]): values is Range {
  return !Array.isArray(values);
}

function checkSearch({ search, trials, halving, base }: SweepConfig): void {
  if (search === "random" && trials === undefined)
    throw new ConfigError("sweep: trials is missing; expected how many to draw, with search random");
  if (search === "grid" && trials !== undefined) {
    throw new ConfigError(
      `sweep: trials is ${trials}; expected none with search grid, which takes all combinations`,
    );
  }
  if (halving && halving.epochs >= base.epochs) {
    throw new ConfigError(
      `sweep: halving.epochs is ${halving.epochs}; expected less than the runs' ${base.epochs} epochs`,
    );
  }
}

function checkSpace(
  path: string,
  values: Range | readonly unknown[],
  { search, halving }: SweepConfig,
): void {
  const at = `sweep: space.${path}`;
  const top = path.split(".")[0] as string;
  if (notComparable.includes(top))
    throw new ConfigError(`${at} can't be swept: losses of runs that differ in ${top} can't be compared`);
  if (halving && path === "epochs")
    throw new ConfigError(`${at} can't be swept with halving, which sets the epochs`);
  if (!isRange(values)) return;
  const { min, max, log, integer } = values;
  if (search === "grid")
    throw new ConfigError(
      `${at} is a range from ${min} to ${max}; expected a list of values with search grid`,
    );
  if (min >= max) throw new ConfigError(`${at}.min is ${min}; expected less than max, ${max}`);
  if (log && min <= 0) throw new ConfigError(`${at}.min is ${min}; expected a number above 0 on a log scale`);
  for (const [name, value] of Object.entries({ min, max })) {
    if (integer && !Number.isSafeInteger(value))
      throw new ConfigError(`${at}.${name} is ${value}; expected a whole number with integer`);
  }
}
