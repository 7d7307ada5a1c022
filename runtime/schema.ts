// Schemas of JSON values that give their types, too. A few lines instead of a library: browsers fetch them.

/** Returns the value, of the schema's fields alone; throws `Mismatch`. */
export type Schema<T> = (value: unknown, path: string) => T;

/** What a schema accepts. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/** The value at `path` (`files.0.bytes`; empty for the whole) is not what it should be. */
export class Mismatch extends Error {
  override name = "Mismatch";
  readonly path: string;

  constructor(path: string, wanted: string, found: unknown) {
    super(`Expected ${wanted} but received ${show(found)}`);
    this.path = path;
  }
}

/** A value of a type that also passes the test. */
export function refined<T>(schema: Schema<T>, wanted: string, isRight: (value: T) => boolean): Schema<T> {
  return (value, path) => {
    const typed = schema(value, path);
    if (!isRight(typed)) throw new Mismatch(path, wanted, value);
    return typed;
  };
}

export const number: Schema<number> = (value, path) => {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Mismatch(path, "a finite number", value);
};

/** A whole number, at least 1. */
export const count = refined(number, "a whole number >=1", (value) => Number.isInteger(value) && value >= 1);

/** Not empty. */
export const text: Schema<string> = (value, path) => {
  if (typeof value === "string" && value !== "") return value;
  throw new Mismatch(path, "a text", value);
};

export function oneOf<const T extends string | number>(...choices: readonly T[]): Schema<T> {
  return (value, path) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw new Mismatch(path, choices.map((choice) => JSON.stringify(choice)).join(" | "), value);
  };
}

export function list<T>(item: Schema<T>, least = 0): Schema<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Mismatch(path, "a list", value);
    if (value.length < least) throw new Mismatch(path, `a list of at least ${least}`, value);
    return value.map((member, i) => item(member, join(path, i)));
  };
}

export const record: Schema<Record<string, unknown>> = (value, path) => ({ ...object(value, path) });

type Fields = Readonly<Record<string, Schema<unknown>>>;
type Fielded<R, O> = { [K in keyof R]: Infer<R[K]> } & { [K in keyof O]?: Infer<O[K]> };

/** Fields that the schema does not name are left out. */
export function fields<const R extends Fields, const O extends Fields = Record<never, never>>(
  required: R,
  optional?: O,
): Schema<Fielded<R, O>> {
  return (value, path) => {
    const given = object(value, path);
    const entries = Object.entries({ ...required, ...optional })
      .filter(([name]) => name in required || name in given)
      .map(([name, schema]) => [name, schema(given[name], join(path, name))]);
    return Object.fromEntries(entries) as Fielded<R, O>;
  };
}

function object(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new Mismatch(path, "an object", value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, name: string | number): string {
  return path === "" ? String(name) : `${path}.${name}`;
}

function show(value: unknown): string {
  return isObject(value) ? "an object" : String(JSON.stringify(value));
}
