// Options spelled in a source's spec, as in an address: `photos/?size=64x64&channels=1`.
import { DataOptionError } from "./errors.ts";
import { type Peek, peek } from "./file.ts";

export interface Located {
  /** The spec without its query. */
  readonly path: string;
  readonly found: Peek;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * What is after the last `?` is the query, unless the whole spec is the path of something that exists. Values are
 * decoded as in addresses: `%2C` is a comma, `+` a space.
 */
export async function locate(spec: string): Promise<Located> {
  const whole = await peek(spec);
  const mark = spec.lastIndexOf("?");
  if (whole.kind !== "nothing" || mark < 0) return { path: spec, found: whole, query: {} };
  const path = spec.slice(0, mark);
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(spec.slice(mark + 1))) {
    if (Object.hasOwn(query, name))
      throw new DataOptionError(`${path}: ${name}`, `${query[name]}, then ${value}`, "one value");
    query[name] = value;
  }
  return { path, found: await peek(path), query };
}
