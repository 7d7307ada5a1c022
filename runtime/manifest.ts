// The schema of latentkit.json, the description every package carries.
import * as v from "valibot";
import { ManifestError } from "./errors.ts";

/** The file's name inside a package. */
export const MANIFEST_FILE = "latentkit.json";

/** The version this code reads and writes. Raise it when a change would mislead older code. */
export const SCHEMA_VERSION = 1;

const dimension = v.pipe(v.number(), v.integer(), v.minValue(1));
const shape = v.pipe(v.array(dimension), v.minLength(1), v.readonly());
const range = v.pipe(
  v.tuple([v.pipe(v.number(), v.finite()), v.pipe(v.number(), v.finite())]),
  v.check(([lowest, highest]) => lowest < highest, "Expected [lowest, highest] with lowest < highest"),
  v.readonly(),
);
const text = v.pipe(v.string(), v.nonEmpty());

/** One file name, no folders: what a package holds lies flat in it. */
const fileName = v.pipe(
  text,
  v.check(isPlainFileName, ({ received }) => `Expected a file name without folders but received ${received}`),
);

const inputSpec = v.object({
  /** Shape of one item. */
  shape,
  /** What `encode` takes: raw bytes, or floats. */
  dtype: v.picklist(["uint8", "float32"]),
  /** Lowest and highest raw value; the graph maps it onto the range of `outputs.reconstruction`. */
  range,
  layout: v.picklist(["HWC", "CHW", "flat"]),
});

const manifestSchema = v.object({
  schemaVersion: v.literal(SCHEMA_VERSION),
  name: text,
  input: inputSpec,
  /** Numbers per code. */
  codeSize: dimension,
  outputs: v.object({
    codes: v.object({ shape, dtype: v.literal("float32") }),
    /** `range` is what the model computes in: that of its output, usually [0, 1]. */
    reconstruction: v.object({ shape, dtype: v.literal("float32"), range }),
  }),
  files: v.pipe(
    v.array(
      v.object({
        path: fileName,
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "Expected 64 hexadecimal digits")),
        bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
        role: v.picklist(["encoder", "decoder"]),
        dtype: v.picklist(["fp32"]),
      }),
    ),
    v.readonly(),
  ),
  /** How the model came to be: config, data, epochs, engine, … */
  training: v.record(v.string(), v.unknown()),
  metrics: v.record(v.string(), v.unknown()),
});

/** Input of a model. */
export type InputSpec = v.InferOutput<typeof inputSpec>;
/** The whole of latentkit.json. */
export type Manifest = v.InferOutput<typeof manifestSchema>;
/** One file of a package. */
export type PackageFile = Manifest["files"][number];
/** Which half of an autoencoder a graph is. */
export type Role = PackageFile["role"];

/** Whether this names a file directly in a folder, on any system: no `/`, `\`, drive or `..`. */
export function isPlainFileName(path: string): boolean {
  return path !== "" && path !== "." && path !== ".." && !/[\\/:\0]/.test(path);
}

/**
 * Checks the text of a latentkit.json; `where` is its path, for messages.
 * Throws `ManifestError` naming the field, the value found and what would be right.
 */
export function parseManifest(json: string, where: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ManifestError(`${where}: is not JSON (${error instanceof Error ? error.message : error})`);
  }
  return checkManifest(value, where);
}

/** {@link parseManifest} for a value that is already an object. */
export function checkManifest(value: unknown, where: string): Manifest {
  const version = v.safeParse(v.object({ schemaVersion: v.number() }), value);
  if (version.success && version.output.schemaVersion > SCHEMA_VERSION) {
    throw new ManifestError(
      `${where}: schemaVersion is ${version.output.schemaVersion}, written by a newer latentkit; ` +
        `this one reads up to ${SCHEMA_VERSION}: update latentkit`,
    );
  }
  const result = v.safeParse(manifestSchema, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw new ManifestError(`${where}: ${v.getDotPath(issue) ?? "the whole file"}: ${issue.message}`);
  }
  checkConsistent(result.output, where);
  return result.output;
}

/** What one field says about another. */
function checkConsistent({ files, input, codeSize, outputs }: Manifest, where: string): void {
  for (const role of ["encoder", "decoder"] as const) {
    const count = files.filter((file) => file.role === role).length;
    if (count !== 1)
      throw new ManifestError(`${where}: files: holds ${count} files of role ${role}; expected 1`);
  }
  const size = input.shape.reduce((product, d) => product * d, 1);
  const reconstructed = outputs.reconstruction.shape.reduce((product, d) => product * d, 1);
  if (size !== reconstructed) {
    throw new ManifestError(
      `${where}: outputs.reconstruction.shape is [${outputs.reconstruction.shape}]; ` +
        `expected the ${size} values of input.shape [${input.shape}]`,
    );
  }
  if (outputs.codes.shape.length !== 1 || outputs.codes.shape[0] !== codeSize) {
    throw new ManifestError(
      `${where}: outputs.codes.shape is [${outputs.codes.shape}]; expected [${codeSize}], the codeSize`,
    );
  }
}
