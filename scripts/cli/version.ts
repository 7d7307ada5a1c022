// The package's own version.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as v from "valibot";

const Manifest = v.object({ version: v.string() });

/** The version in package.json, found by the package's own name: sources and built files lie at different depths. */
export function packageVersion(): string {
  const file = createRequire(import.meta.url).resolve("latentkit/package.json");
  return v.parse(Manifest, JSON.parse(readFileSync(file, "utf8"))).version;
}
