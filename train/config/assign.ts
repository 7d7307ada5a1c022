// Sets one value of a config by its dotted path.
import { ConfigError } from "../errors.ts";

/**
 * A copy with the value at the path replaced, objects on the way to it made where there are none.
 *
 *     assign({ model: { code: 8 } }, "model.code", 16)    // { model: { code: 16 } }
 *
 * @throws ConfigError where the path leads into something that is no object
 */
export function assign(
  config: Readonly<Record<string, unknown>>,
  path: string,
  value: unknown,
): Record<string, unknown> {
  const [key = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...config, [key]: value };
  const inner = config[key] ?? {};
  if (!isObject(inner)) {
    throw new ConfigError(`config: ${key} is ${JSON.stringify(inner)}, which has no ${rest.join(".")}`);
  }
  return { ...config, [key]: assign(inner, rest.join("."), value) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
