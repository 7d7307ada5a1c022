// Options of sources: each has a kind that reads it from code (typed) or from a spec's query (text), or refuses it.
import { DataOptionError } from "./errors.ts";

/** How one option is read. `read` gives undefined for a value that is not of this kind. */
export interface OptionKind<T> {
  readonly wanted: string;
  read(value: unknown): T | undefined;
}

/** One kind for each option of `T`. */
export type OptionKinds<T> = { readonly [Key in keyof T]-?: OptionKind<NonNullable<T[Key]>> };

/** Options as they were given: from code, from a query, or both. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/** The options every source takes. */
export interface CommonOptions {
  /** The dataset's name. Default: the file's or folder's. */
  readonly name?: string;
  /** What the labels mean, by number. Default: the source's own. */
  readonly classNames?: readonly string[];
}

/** For sources where a single item can be unusable. */
export interface SkipOptions {
  /** Leave out items that cannot be used and report them in `skipped`; else the first one is an error. */
  readonly skipBad?: boolean;
}

/** For sources that know what is wrong with an item before it is read. */
export interface CheckOptions {
  /** Look for bad items when the source is opened; else they reject the read that meets them. Default true. */
  readonly check?: boolean;
}

/** For tables. */
export interface KeepOptions {
  /** Names of columns that go along with the items, as `kept`; they are not among the values unless `columns` says so. */
  readonly keep?: readonly string[];
}

/** For sources of numbers without bounds of their own. */
export interface RangeOptions {
  /** Lowest and highest value, where they are known. Default: measured in one pass over the values. */
  readonly range?: readonly [number, number];
}

/** For sources whose items are flat rows. */
export interface ShapeOptions {
  /** The shape of an item, such as `[28, 28, 1]` for rows of 784 values. Default: as stored. */
  readonly shape?: readonly number[];
}

export const text: OptionKind<string> = {
  wanted: "a text",
  read: (value) => (typeof value === "string" && value !== "" ? value : undefined),
};

/** `?skipBad` alone means true. */
export const flag: OptionKind<boolean> = {
  wanted: "true or false",
  read(value) {
    if (value === true || value === "true" || value === "") return true;
    return value === false || value === "false" ? false : undefined;
  },
};

export const names: OptionKind<readonly string[]> = {
  wanted: "names with commas between them",
  read(value) {
    const list: unknown = typeof value === "string" ? value.split(",") : value;
    const whole = Array.isArray(list) && list.length > 0;
    return whole && list.every((name) => typeof name === "string" && name !== "") ? list : undefined;
  },
};

/** A text, or `false` for none. */
export const textOrFalse: OptionKind<string | false> = {
  wanted: "a text, or false",
  read: (value) => (value === false || value === "false" ? false : text.read(value)),
};

export const range: OptionKind<readonly [number, number]> = {
  wanted: "lowest and highest value, lowest < highest, such as 0,255",
  read(value) {
    const [low, high, ...more] = numbers(value, ",") ?? [];
    if (low === undefined || high === undefined || more.length > 0) return undefined;
    return low < high ? [low, high] : undefined;
  },
};

/** Whole numbers, at least 1: `[28, 28, 1]` or `28x28x1`; exactly `count` of them where it is given. */
export function dimensions(wanted: string, count?: number): OptionKind<readonly number[]> {
  return {
    wanted,
    read(value) {
      const list = numbers(value, "x") ?? [];
      const right = list.length > 0 && list.every((each) => Number.isSafeInteger(each) && each >= 1);
      return right && (count === undefined || list.length === count) ? list : undefined;
    },
  };
}

export function wholeNumber(least: number): OptionKind<number> {
  return {
    wanted: `a whole number, at least ${least}`,
    read(value) {
      const read = number(value);
      return read !== undefined && Number.isSafeInteger(read) && read >= least ? read : undefined;
    },
  };
}

export function choice<const T extends string | number>(...values: readonly T[]): OptionKind<T> {
  return {
    wanted: `one of ${values.join(", ")}`,
    read: (value) => values.find((each) => each === value || String(each) === value),
  };
}

/** Kinds to be spread into a source's own. */
export const commonKinds: OptionKinds<CommonOptions> = { name: text, classNames: names };
export const skipKinds: OptionKinds<SkipOptions> = { skipBad: flag };
export const checkKinds: OptionKinds<CheckOptions> = { check: flag };
export const keepKinds: OptionKinds<KeepOptions> = { keep: names };
export const rangeKinds: OptionKinds<RangeOptions> = { range };
export const shapeKinds: OptionKinds<ShapeOptions> = {
  shape: dimensions("whole numbers, at least 1, such as 28x28x1"),
};

/**
 * Reads the options of one source. Undefined means not given.
 *
 * Throws `DataOptionError` for a value that is not of its kind and for an option the source does not have.
 */
export function readOptions<T>(source: string, kinds: OptionKinds<T>, given: GivenOptions): Partial<T> {
  const options: Partial<T> = {};
  for (const name of Object.keys(given)) {
    if (given[name] !== undefined && !Object.hasOwn(kinds, name))
      throw new DataOptionError(
        `${source}: option`,
        name,
        `none of that name here, but ${Object.keys(kinds).join(", ")}`,
      );
  }
  for (const name in kinds) {
    const value = given[name];
    if (value === undefined) continue;
    const read = kinds[name].read(value);
    if (read === undefined) throw new DataOptionError(`${source}: ${name}`, value, kinds[name].wanted);
    options[name] = read;
  }
  return options;
}

function numbers(value: unknown, separator: string): number[] | undefined {
  const list: unknown = typeof value === "string" ? value.split(separator) : value;
  if (!Array.isArray(list)) return undefined;
  const read = list.map(number);
  return read.every((each) => each !== undefined) ? read : undefined;
}

function number(value: unknown): number | undefined {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : undefined;
}
