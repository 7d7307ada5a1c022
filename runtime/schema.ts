// Schemas of JSON values and options that give their types, too. A few lines instead of a library: browsers fetch them.
import { show } from "./errors.ts";

/** Throws, for a reason. */
export type Refuse = (reason: string) => never;

/** Returns the value, of the schema's fields alone, or refuses it; `path` names it: `files.0.bytes`. */
export type Schema<T> = (value: unknown, path: string, refuse: Refuse) => T;

/** What a schema accepts. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/** Values that pass the test, which makes sure of their type as well. */
export function such<T>(wanted: string, isRight: (value: unknown) => boolean): Schema<T> {
  return (value, path, refuse) =>
    isRight(value) ? (value as T) : refuse(`${path || "the whole"} is ${show(value)}; expected ${wanted}`);
}

export function numberSuch(wanted: string, isRight: (value: number) => boolean): Schema<number> {
  return such(wanted, (value) => typeof value === "number" && isRight(value));
}

export function textLike(wanted: string, pattern: RegExp): Schema<string> {
  return such(wanted, (value) => typeof value === "string" && pattern.test(value));
}

export const count = numberSuch("a whole number, at least 1", isCount);

export const text = textLike("a text", /./s);

export const flag = such<boolean>("true or false", (value) => typeof value === "boolean");

export const record = such<Readonly<Record<string, unknown>>>("an object", isObject);

export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

export function oneOf<const T extends string | number>(...choices: readonly T[]): Schema<T> {
  return such(choices.join(" or "), (value) => choices.some((choice) => choice === value));
}

export function list<T>(item: Schema<T>, least = 0): Schema<readonly T[]> {
  const any = such<unknown[]>(
    `a list of at least ${least}`,
    (value) => Array.isArray(value) && value.length >= least,
  );
  return (value, path, refuse) =>
    any(value, path, refuse).map((member, i) => item(member, `${path}.${i}`, refuse));
}

export type Fields = Readonly<Record<string, Schema<unknown>>>;
type Fielded<R, O> = { readonly [K in keyof R]: Infer<R[K]> } & { readonly [K in keyof O]?: Infer<O[K]> };

/** Fields that the schema does not name are left out, and optional ones where they are undefined. */
export function fields<const R extends Fields, const O extends Fields = Record<never, never>>(
  required: R,
  optional?: O,
): Schema<Fielded<R, O>> {
  return (value, path, refuse) => {
    const given = record(value, path, refuse);
    const entries = Object.entries({ ...required, ...optional })
      .filter(([name]) => name in required || given[name] !== undefined)
      .map(([name, schema]) => [name, schema(given[name], path ? `${path}.${name}` : name, refuse)]);
    return Object.fromEntries(entries) as Fielded<R, O>;
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
