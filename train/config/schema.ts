// The config of a run: its keys, their defaults and what each may be.
import * as v from "valibot";
import { engineChoices } from "../engine/open.ts";

const count = (what: string) =>
  v.pipe(v.number(), v.integer(`expected ${what}`), v.minValue(1, `expected ${what}`));
const positive = v.pipe(
  v.number(),
  v.gtValue(0, "expected a number above 0"),
  v.finite("expected a finite number"),
);
const notNegative = v.pipe(
  v.number(),
  v.minValue(0, "expected at least 0"),
  v.finite("expected a finite number"),
);
const share = v.pipe(
  v.number(),
  v.minValue(0, "expected a share from 0 up to, not including, 1"),
  v.ltValue(1, "expected a share from 0 up to, not including, 1"),
);
const factor = v.pipe(
  v.number(),
  v.gtValue(0, "expected a factor above 0 and below 1"),
  v.ltValue(1, "expected a factor above 0 and below 1"),
);

export const model = v.strictObject({
  /** Which family of networks; `dense`: fully connected layers, mirrored in the decoder. */
  architecture: v.optional(v.picklist(["dense"]), "dense"),
  /** Units of the encoder's hidden layers, outermost first. */
  hidden: v.optional(v.array(count("a whole number of units, at least 1")), [512, 256]),
  /** Numbers in a code. */
  code: v.optional(count("a whole number of code units, at least 1"), 30),
  /** Activation of the hidden layers; the code is linear, the output a sigmoid. */
  activation: v.optional(v.picklist(["relu", "elu", "selu", "tanh", "sigmoid"]), "elu"),
});

export const schedule = v.strictObject({
  /**
   * `constant`; `step`: times `factor` every `every` epochs; `cosine`: falls to 0 over the run (Loshchilov & Hutter
   * 2017, without restarts); `plateau`: times `factor` after `patience` epochs without a better loss.
   */
  kind: v.optional(v.picklist(["constant", "step", "cosine", "plateau"]), "cosine"),
  /** Epochs, or a share of one, in which the rate first rises from 0. */
  warmup: v.optional(notNegative, 0),
  every: v.optional(count("a whole number of epochs, at least 1"), 10),
  factor: v.optional(factor, 0.5),
  patience: v.optional(count("a whole number of epochs, at least 1"), 3),
});

export const optimizer = v.strictObject({
  kind: v.optional(
    v.picklist(["adam", "adamw", "adamax", "sgd", "momentum", "rmsprop", "adagrad", "adadelta"]),
    "adam",
  ),
  /** Largest learning rate. */
  learningRate: v.optional(positive, 0.002),
  schedule: v.optional(schedule, {}),
  /** Of `momentum`. */
  momentum: v.optional(share, 0.9),
  nesterov: v.optional(v.boolean(), false),
  /** Of kernels: decoupled with `adamw`, else added to the gradient. 0 is none. */
  weightDecay: v.optional(notNegative, 0),
  /** Largest norm of all gradients together, and largest element. 0 is no limit. */
  clipNorm: v.optional(notNegative, 0),
  clipValue: v.optional(notNegative, 0),
});

export const validation = v.strictObject({
  /** Share of the items that is kept from training and measured after each epoch. */
  share: v.optional(share, 0),
});

export const earlyStopping = v.strictObject({
  /** Epochs without a better loss after which the run ends; 0 never ends it early. */
  patience: v.optional(
    v.pipe(v.number(), v.integer("expected a whole number"), v.minValue(0, "expected at least 0")),
    0,
  ),
  /** What the loss has to fall by to count as better. */
  minDelta: v.optional(notNegative, 0),
});

export const checkpoint = v.strictObject({
  /** Seconds between two checkpoints within an epoch. */
  everySeconds: v.optional(positive, 60),
  /** Epochs between two checkpoints at an epoch's end. */
  everyEpochs: v.optional(count("a whole number of epochs, at least 1"), 1),
  /** Checkpoints kept, beside the best. */
  keep: v.optional(count("a whole number of checkpoints, at least 1"), 2),
});

export const schema = v.strictObject({
  name: v.optional(
    v.pipe(v.string(), v.regex(/^[\w.-]+$/, "expected letters, digits, '.', '_' and '-'")),
    "run",
  ),
  /** The training data's source. */
  data: v.optional(v.pipe(v.string(), v.nonEmpty("expected a data source")), "mnist:train"),
  /** Pass over items that can't be read, counted and reported, instead of ending the run. */
  skipBad: v.optional(v.boolean(), false),
  model: v.optional(model, {}),
  /** Mean squared error, or binary cross-entropy, per element. */
  loss: v.optional(v.picklist(["mse", "bce"]), "mse"),
  optimizer: v.optional(optimizer, {}),
  epochs: v.optional(count("a whole number of epochs, at least 1"), 10),
  batchSize: v.optional(count("a whole number of items, at least 1"), 128),
  validation: v.optional(validation, {}),
  earlyStopping: v.optional(earlyStopping, {}),
  checkpoint: v.optional(checkpoint, {}),
  /** Initial weights, the split and the order of the data follow from it. */
  seed: v.optional(v.pipe(v.number(), v.integer("expected a whole number")), 1),
  /** Who computes: `auto` takes the fastest that works here. */
  engine: v.optional(v.picklist(engineChoices), "auto"),
  /** Threads of one operator, of engines on the CPU; one per core where 0. */
  threads: v.optional(
    v.pipe(v.number(), v.integer("expected a whole number"), v.minValue(0, "expected at least 0")),
    0,
  ),
});
