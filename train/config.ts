// The config of a run: typed, validated, defaults in one place.
import * as v from "valibot";
import { ConfigError } from "./errors.ts";

const count = (what: string) =>
  v.pipe(v.number(), v.integer(`expected ${what}`), v.minValue(1, `expected ${what}`));
const positive = v.pipe(v.number(), v.gtValue(0, "expected a number above 0"), v.finite("expected a number"));

const model = v.strictObject({
  /** Which family of networks; `dense`: fully connected layers, mirrored in the decoder. */
  architecture: v.optional(v.picklist(["dense"]), "dense"),
  /** Units of the encoder's hidden layers, outermost first. */
  hidden: v.optional(v.array(count("a whole number of units, at least 1")), [512, 256]),
  /** Numbers in a code. */
  code: v.optional(count("a whole number of code units, at least 1"), 30),
  /** Activation of the hidden layers; the code is linear, the output a sigmoid. */
  activation: v.optional(v.picklist(["relu", "elu", "selu", "tanh", "sigmoid"]), "relu"),
});

const optimizer = v.strictObject({
  kind: v.optional(v.picklist(["adam"]), "adam"),
  /** Largest learning rate. */
  learningRate: v.optional(positive, 0.001),
  /** `cosine` falls to 0 over the run (Loshchilov & Hutter 2017, without restarts). */
  schedule: v.optional(v.picklist(["constant", "cosine"]), "cosine"),
});

const schema = v.strictObject({
  name: v.optional(
    v.pipe(v.string(), v.regex(/^[\w.-]+$/, "expected letters, digits, '.', '_' and '-'")),
    "run",
  ),
  /** The training data's source. */
  data: v.optional(v.pipe(v.string(), v.nonEmpty("expected a data source")), "mnist:train"),
  model: v.optional(model, {}),
  /** Mean squared error, or binary cross-entropy, per pixel. */
  loss: v.optional(v.picklist(["mse", "bce"]), "mse"),
  optimizer: v.optional(optimizer, {}),
  epochs: v.optional(count("a whole number of epochs, at least 1"), 10),
  batchSize: v.optional(count("a whole number of items, at least 1"), 128),
  /** Initial weights and the order of the data follow from it. */
  seed: v.optional(v.pipe(v.number(), v.integer("expected a whole number")), 1),
  /** Threads of one operator; ONNX Runtime's choice (one per core) where 0. */
  threads: v.optional(
    v.pipe(v.number(), v.integer("expected a whole number"), v.minValue(0, "expected at least 0")),
    0,
  ),
});

/** A config as people write it: every key may be left out. */
export type TrainConfigInput = v.InferInput<typeof schema>;
/** A config with all defaults filled in. */
export type TrainConfig = v.InferOutput<typeof schema>;

/**
 * Fills in defaults. Throws `ConfigError` for the first thing wrong, as in
 * `config: optimizer.learningRate is -1; expected a number above 0`.
 */
export function resolveConfig(config: unknown): TrainConfig {
  const result = v.safeParse(schema, config);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "";
  if (issue.type === "strict_object" && issue.expected === "never") {
    throw new ConfigError(`config: unknown key ${path}${known(path)}`);
  }
  const received = JSON.stringify(issue.input) ?? String(issue.input);
  const wanted = issue.message.startsWith("Invalid") ? `expected ${issue.expected}` : issue.message;
  throw new ConfigError(`config: ${path === "" ? "the whole" : path} is ${received}; ${wanted}`);
}

/** "; known here: a, b" for the object that a dotted path leads into. */
function known(path: string): string {
  const parent = path.split(".").slice(0, -1).join(".");
  const entries =
    parent === "model" ? model.entries : parent === "optimizer" ? optimizer.entries : schema.entries;
  return `; known here: ${Object.keys(entries).join(", ")}`;
}
