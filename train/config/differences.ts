// Where two configs differ, by path.

export interface Difference {
  /** Dotted, as `optimizer.learningRate`. */
  readonly path: string;
  readonly before: unknown;
  readonly now: unknown;
}

/** Every leaf that two JSON-like values do not share. */
export function differences(before: unknown, now: unknown, path = ""): Difference[] {
  if (isObject(before) && isObject(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => differences(before[key], now[key], path === "" ? key : `${path}.${key}`));
  }
  return JSON.stringify(before) === JSON.stringify(now) ? [] : [{ path, before, now }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
