// The schema of latentkit.json, the description every package carries.
import { sizeOf } from "./arrays.ts";
import { ManifestError, OptionError, reasonOf } from "./errors.ts";
import { isPlainFileName } from "./file-names.ts";
import {
  count,
  fields,
  type Infer,
  list,
  Mismatch,
  number,
  oneOf,
  record,
  refined,
  type Schema,
  text,
} from "./schema.ts";

/** The version this code reads and writes. Raise it when a change would mislead older code. */
export const SCHEMA_VERSION = 1;

const shape = list(count, 1);
const range = refined(
  list(number),
  "[lowest, highest] with lowest < highest",
  ([lowest = 0, highest = 0, ...more]) => more.length === 0 && lowest < highest,
) as Schema<readonly [number, number]>;

/** One file name, no folders: what a package holds lies flat in it. */
const fileName = refined(text, "a file name without folders", isPlainFileName);

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
const precisions = ["fp32", "fp16", "q8"] as const;

const manifestSchema = fields({
  schemaVersion: oneOf(SCHEMA_VERSION),
  name: text,
  input: inputSpec,
  /** Numbers per code. */
  codeSize: count,
  outputs,
  files: list(
    fields({
      path: fileName,
      sha256: refined(text, "64 hexadecimal digits", (value) => /^[0-9a-f]{64}$/.test(value)),
      bytes: count,
      role: oneOf(...roles),
      /** What the graph computes in. fp32 is always there; fp16 and q8 are smaller variants of it. */
      dtype: oneOf(...precisions),
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
  { encoder, decoder, classifier }: ByRole<A>,
  make: (of: A) => Promise<B>,
): Promise<ByRole<B>> {
  return {
    encoder: await make(encoder),
    decoder: await make(decoder),
    ...(classifier && { classifier: await make(classifier) }),
  };
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

/**
 * The files to load for a precision: the encoder of that precision, and of the other graphs too where they have one,
 * else fp32. Throws `OptionError` where the package has no such encoder.
 */
export function filesFor({ name, files }: Manifest, dtype: Precision): ByRole<PackageFile> {
  const find = (role: Role, precision: Precision) =>
    files.find((file) => file.role === role && file.dtype === precision);
  const encoder = find("encoder", dtype);
  if (!encoder) {
    const known = files.filter(({ role }) => role === "encoder").map((file) => file.dtype);
    throw new OptionError("dtype", dtype, `${known.join(" or ")}, which model ${JSON.stringify(name)} has`);
  }
  const nearest = (role: Role) => find(role, dtype) ?? find(role, "fp32");
  const decoder = nearest("decoder");
  if (!decoder) throw new ManifestError(`model ${JSON.stringify(name)}: files: holds no decoder`);
  const classifier = nearest("classifier");
  return { encoder, decoder, ...(classifier && { classifier }) };
}

/** {@link parseManifest} for a value that is already an object. */
export function checkManifest(value: unknown, where: string): Manifest {
  const version: unknown = Object(value).schemaVersion;
  if (typeof version === "number" && version > SCHEMA_VERSION) {
    throw new ManifestError(
      `${where}: schemaVersion is ${version}, written by a newer latentkit; ` +
        `this one reads up to ${SCHEMA_VERSION}: update latentkit`,
    );
  }
  try {
    const manifest = manifestSchema(value, "");
    checkConsistent(manifest, where);
    return manifest;
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new ManifestError(`${where}: ${error.path || "the whole file"}: ${error.message}`);
  }
}

/** What one field says about another. */
function checkConsistent({ files, input, codeSize, outputs }: Manifest, where: string): void {
  const refuse = (reason: string) => {
    throw new ManifestError(`${where}: ${reason}`);
  };
  checkFiles(files, outputs.classes !== undefined, refuse);
  const { reconstruction, codes, switches, classes } = outputs;
  const size = sizeOf(input.shape);
  if (size !== sizeOf(reconstruction.shape)) {
    refuse(
      `outputs.reconstruction.shape is [${reconstruction.shape}]; ` +
        `expected the ${size} values of input.shape [${input.shape}]`,
    );
  }
  if (`${codes.shape}` !== `${codeSize}`) {
    refuse(`outputs.codes.shape is [${codes.shape}]; expected [${codeSize}], the codeSize`);
  }
  switches?.forEach(({ name }, i) => {
    if (name !== `switches_${i}`) refuse(`outputs.switches.${i}.name is ${name}; expected switches_${i}`);
  });
  const refuseTwice = (field: string, names: readonly string[] = []) => {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) refuse(`${field}: holds ${twice} twice; expected names of their own`);
  };
  refuseTwice(
    "files",
    files.map(({ path }) => path),
  );
  refuseTwice("outputs.classes", classes);
}

function checkFiles(
  files: readonly PackageFile[],
  hasClasses: boolean,
  refuse: (reason: string) => void,
): void {
  const countOf = (role: Role, dtype: Precision) =>
    files.filter((file) => file.role === role && file.dtype === dtype).length;
  for (const role of roles) {
    const isOptional = role === "classifier";
    const whole = isOptional && !hasClasses ? 0 : 1;
    const why = isOptional ? ` with${hasClasses ? "" : "out"} outputs.classes` : "";
    for (const dtype of precisions) {
      const found = countOf(role, dtype);
      const isWhole = dtype === "fp32";
      if (isWhole ? found !== whole : found > whole) {
        const wanted = isWhole ? `${whole}${why}` : `at most ${whole}`;
        refuse(`files: holds ${found} files of role ${role} and dtype ${dtype}; expected ${wanted}`);
      }
      if (found > countOf("encoder", dtype)) {
        refuse(`files: holds a ${role} of dtype ${dtype} but no such encoder; expected both, or neither`);
      }
    }
  }
}
