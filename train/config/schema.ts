// The config of a run: its keys, their defaults and what each may be.
import * as v from "valibot";
import { engineChoices } from "../engine/open.ts";
import { corruption } from "./corruption.ts";
import { model } from "./model.ts";
import { penalty } from "./penalty.ts";
import { classifier, pretraining } from "./procedures.ts";
import { count, epochs, factor, notNegative, positive, share, wholeNotNegative } from "./values.ts";

export const schedule = v.strictObject({
  /**
   * `constant`; `step`: times `factor` every `every` epochs; `cosine`: falls to 0 over the run (Loshchilov & Hutter
   * 2017, without restarts); `plateau`: times `factor` after `patience` epochs without a better loss.
   */
  kind: v.optional(v.picklist(["constant", "step", "cosine", "plateau"]), "cosine"),
  /** Epochs, or a share of one, in which the rate first rises from 0. */
  warmup: v.optional(notNegative, 0),
  every: v.optional(epochs, 10),
  factor: v.optional(factor, 0.5),
  patience: v.optional(epochs, 3),
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
  patience: v.optional(wholeNotNegative, 0),
  /** What the loss has to fall by to count as better. */
  minDelta: v.optional(notNegative, 0),
});

export const checkpoint = v.strictObject({
  /** Seconds between two checkpoints within an epoch. */
  everySeconds: v.optional(positive, 60),
  /** Epochs between two checkpoints at an epoch's end. */
  everyEpochs: v.optional(epochs, 1),
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
  /**
   * What raw values are brought to before the networks see them. `range`: what they can be to [0, 1]; `standard`: to mean 0
   * and variance 1, one mean and one variance for all, measured on the items. For signals, whose values lie in a small part of
   * their range, around its middle; losses and errors are then shares of the variance.
   */
  scale: v.optional(v.picklist(["range", "standard"]), "range"),
  /** Pass over items that can't be read, counted and reported, instead of ending the run. */
  skipBad: v.optional(v.boolean(), false),
  model: v.optional(model, {}),
  corruption: v.optional(corruption, {}),
  penalty: v.optional(penalty, {}),
  /** Mean squared error, or binary cross-entropy (for outputs that are a sigmoid), per element. */
  loss: v.optional(v.picklist(["mse", "bce"]), "mse"),
  optimizer: v.optional(optimizer, {}),
  epochs: v.optional(epochs, 10),
  batchSize: v.optional(count("a whole number of items, at least 1"), 128),
  validation: v.optional(validation, {}),
  earlyStopping: v.optional(earlyStopping, {}),
  pretraining: v.optional(pretraining, {}),
  classifier: v.optional(classifier, {}),
  checkpoint: v.optional(checkpoint, {}),
  /** Initial weights, the split, the order of the data and all noise follow from it. */
  seed: v.optional(v.pipe(v.number(), v.integer("expected a whole number")), 1),
  /** Who computes: `auto` takes the fastest that works here. */
  engine: v.optional(v.picklist(engineChoices), "auto"),
  /** Threads of one operator, of engines on the CPU; one per core where 0. */
  threads: v.optional(wholeNotNegative, 0),
});
