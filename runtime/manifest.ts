// The schema of latentkit.json, the description every package carries.
import { sizeOf } from "./arrays.ts";
import { ManifestError, OptionError, reasonOf, show } from "./errors.ts";
import { PLAIN_FILE_NAME } from "./file-names.ts";
import {
  count,
  fields,
  type Infer,
  list,
  oneOf,
  type Refuse,
  record,
  such,
  text,
  textLike,
} from "./schema.ts";

/** The version this code reads and writes. Raise it when a change would mislead older code. */
export const SCHEMA_VERSION = 1;

const shape = list(count, 1);
const range = such<readonly [number, number]>(
  "[lowest, highest]",
  (value) =>
    Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1],
);

const inputSpec = fields({
  /** Shape of one item. */
  shape,
  /** What `encode` takes: raw bytes, or floats. */
  dtype: oneOf("uint8", "float32"),
  /**
   * The raw values that the graph maps onto the range of `outputs.reconstruction`: lowest and highest, or mean and mean +
   * deviation of signals, which then go beyond them.
   */
  range,
  layout: oneOf("HWC", "CHW", "flat"),
});

const float32 = oneOf("float32");

const outputs = fields(
  {
    codes: fields({ shape, dtype: float32 }),
    /** `range` is what the model computes in: that of its output, usually [0, 1]. */
    reconstruction: fields({ shape, dtype: float32, range }),
  },
  {
    /**
     * Where each maximum was, for max unpooling: outputs `switches_0`, `switches_1`, … of the encoder, which the
     * decoder takes besides the codes. `shape` is that of one item.
     */
    switches: list(fields({ name: text, shape, dtype: oneOf("int32") }), 1),
    /** Names of what the classifier tells apart, in the order of its output `probabilities`. */
    classes: list(text, 2),
  },
);

const roles = ["encoder", "decoder", "classifier"] as const;
/** What a graph computes in. Names as in transformers.js. */
export const precision = oneOf("fp32", "fp16", "q8");

const manifestSchema = fields({
  schemaVersion: oneOf(SCHEMA_VERSION),
  name: text,
  input: inputSpec,
  /** Numbers per code. */
  codeSize: count,
  outputs,
  files: list(
    fields({
      /** No folders: what a package holds lies flat in it. */
      path: textLike("a file name without folders", PLAIN_FILE_NAME),
      sha256: textLike("64 hexadecimal digits", /^[0-9a-f]{64}$/),
      bytes: count,
      role: oneOf(...roles),
      /** fp32 is always there; fp16 and q8 are smaller variants of it. */
      dtype: precision,
    }),
  ),
  /** How the model came to be: config, data, epochs, engine, … */
  training: record,
  metrics: record,
});

/** Input of a model. */
export type InputSpec = Infer<typeof inputSpec>;
/** The whole of latentkit.json. */
export type Manifest = Infer<typeof manifestSchema>;
/** One file of a package. */
export type PackageFile = Manifest["files"][number];
/** Which part of a model a graph is: `input` → `codes`, `codes` → `reconstruction`, `input` → `probabilities`. */
export type Role = PackageFile["role"];
/** Something of each graph of a model. */
export interface ByRole<T> {
  readonly encoder: T;
  readonly decoder: T;
  readonly classifier?: T;
}
/** What a graph computes in. Names as in transformers.js. */
export type Precision = PackageFile["dtype"];
/** One output of the encoder that the decoder needs besides the codes. */
export type SwitchesSpec = NonNullable<Manifest["outputs"]["switches"]>[number];

/** The same for each graph, one after the other. */
export async function eachRole<A extends object, B>(
  graphs: ByRole<A>,
  make: (of: A) => Promise<B>,
): Promise<ByRole<B>> {
  const made: [string, B][] = [];
  for (const [role, graph] of Object.entries(graphs)) made.push([role, await make(graph)]);
  return byRole(made);
}

/** Its entries have to be those of encoder and decoder at least. */
function byRole<T>(entries: Iterable<readonly [string, T]>): ByRole<T> {
  return Object.fromEntries(entries) as unknown as ByRole<T>;
}

/**
 * The files to load for a precision: the encoder of that precision, and of the other graphs too where they have one,
 * else fp32. Throws `OptionError` where the package has no such encoder.
 */
export function filesFor({ name, files }: Manifest, dtype: Precision): ByRole<PackageFile> {
  const found = files.filter((file) => file.dtype === dtype);
  if (found.length === 0) {
    const known = files.filter(({ role }) => role === "encoder").map((file) => file.dtype);
    throw new OptionError(
      `dtype is ${show(dtype)}; expected ${known.join(" or ")}, which model ${show(name)} has`,
    );
  }
  // What is found in this precision replaces what is always there.
  const whole = files.filter((file) => file.dtype === "fp32");
  return byRole([...whole, ...found].map((file) => [file.role, file]));
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
    throw new ManifestError(`${where}: is not JSON (${reasonOf(error)})`);
  }
  return checkManifest(value, where);
}

/** {@link parseManifest} for a value that is already an object. */
export function checkManifest(value: unknown, where: string): Manifest {
  const refuse: Refuse = (reason) => {
    throw new ManifestError(`${where}: ${reason}`);
  };
  const version: unknown = Object(value).schemaVersion;
  if (Number(version) > SCHEMA_VERSION) {
    refuse(
      `schemaVersion is ${version}, of a newer latentkit; expected at most ${SCHEMA_VERSION}: update latentkit`,
    );
  }
  const manifest = manifestSchema(value, "", refuse);
  checkConsistent(manifest, refuse);
  return manifest;
}

/** What one field says about another. */
function checkConsistent({ files, input, codeSize, outputs }: Manifest, refuse: Refuse): void {
  const { reconstruction, codes, switches = [], classes } = outputs;
  const mustBe = (isRight: boolean, field: string, found: unknown, wanted: string) => {
    if (!isRight) refuse(`${field} is ${show(found)}; expected ${wanted}`);
  };
  const mustDiffer = (field: string, names: readonly string[] = []) => {
    const seen = new Set();
    const twice = names.find((name) => seen.size === seen.add(name).size);
    if (twice) refuse(`${field} holds ${twice} twice; expected it once`);
  };
  const isAsLarge = sizeOf(reconstruction.shape) === sizeOf(input.shape);
  const field = "outputs.reconstruction.shape";
  mustBe(isAsLarge, field, reconstruction.shape, `as many values as in input.shape, [${input.shape}]`);
  const isOfSize = `${codes.shape}` === `${codeSize}`;
  mustBe(isOfSize, "outputs.codes.shape", codes.shape, `[${codeSize}], the codeSize`);
  switches.forEach(({ name }, i) => {
    mustBe(name === `switches_${i}`, `outputs.switches.${i}.name`, name, `switches_${i}`);
  });
  mustDiffer("outputs.classes", classes);
  mustDiffer(
    "files",
    files.map(({ path }) => path),
  );

  const kindOf = (role: Role, dtype: Precision) => `${role} of dtype ${dtype}`;
  const kinds = files.map(({ role, dtype }) => kindOf(role, dtype));
  mustDiffer("files", kinds);
  const needed = roles.filter((role) => role !== "classifier" || classes);
  const mustHold = (role: Role, dtype: Precision) => {
    const kind = kindOf(role, dtype);
    if (!kinds.includes(kind)) refuse(`files holds no ${kind}; expected one`);
  };
  for (const role of needed) mustHold(role, "fp32");
  for (const { role, dtype } of files) {
    if (!needed.includes(role)) refuse(`files holds a ${role} but there are no outputs.classes`);
    mustHold("encoder", dtype);
  }
}
