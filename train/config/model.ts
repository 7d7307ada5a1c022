// The config's `model`: which networks encode and decode. Each architecture has options of its own.
import * as v from "valibot";
import { count, share } from "./values.ts";

export const activations = ["linear", "relu", "elu", "selu", "tanh", "sigmoid"] as const;
export const initializers = [
  "glorotUniform",
  "glorotNormal",
  "heUniform",
  "heNormal",
  "leCunUniform",
  "leCunNormal",
] as const;
export const unpoolings = ["nearest", "max", "transpose"] as const;

const units = count("a whole number of units, at least 1");
const codeUnits = count("a whole number of code units, at least 1");
const filterCounts = v.pipe(
  v.array(count("a whole number of filters, at least 1")),
  v.nonEmpty("expected the filters of at least one stage"),
);
const stride = count("a whole number, at least 1");

/** Numbers in a code. */
const code = v.optional(codeUnits, 30);
/** Of the code's units: `sigmoid` for rates, `relu` for what is there or is not. */
const codeActivation = v.optional(v.picklist(activations), "linear");
/**
 * `sigmoid`: the decoder's values are squashed into [0, 1], the range that items are scaled to; `linear`: they are
 * taken as they are.
 */
const output = v.optional(v.picklist(["sigmoid", "linear"]), "sigmoid");
/** How weights are drawn (Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998); biases start at 0. */
const initializer = v.optional(v.picklist(initializers), "glorotUniform");
/** Share of the hidden layers' units that is dropped in each training step. */
const dropout = v.optional(share, 0);
/** Batch normalization (Ioffe & Szegedy 2015) after each hidden layer, before its activation. */
const batchNorm = v.optional(v.boolean(), false);
/** Of the hidden layers. */
const activation = (usual: (typeof activations)[number]) => v.optional(v.picklist(activations), usual);

const dense = {
  /** Units of the encoder's hidden layers, outermost first. */
  hidden: v.optional(v.array(units), [512, 256]),
  code,
  activation: activation("elu"),
  codeActivation,
  output,
  initializer,
  dropout,
};

const convolutional = {
  /** Filters of the stages, outermost first. */
  filters: v.optional(filterCounts, [16, 32]),
  /** What each stage divides height and width (or length) by: one number for all, or one for each. */
  strides: v.optional(v.union([stride, v.array(stride)], "expected a whole number, or a list of them"), 2),
  /** Numbers in a code; with `maps` the code is what the last stage gives, flattened, without a dense layer. */
  code: v.optional(
    v.union([codeUnits, v.literal("maps")], 'expected a whole number, at least 1, or "maps"'),
    30,
  ),
  activation: activation("relu"),
  codeActivation,
  output,
  initializer,
  dropout,
  batchNorm,
};

/** One matrix in, one out: with `mse` it finds the subspace of PCA (Baldi & Hornik 1989). */
const linearModel = v.strictObject({
  architecture: v.literal("linear"),
  code,
  output: v.optional(v.picklist(["sigmoid", "linear"]), "linear"),
  initializer,
});

/** Fully connected layers, mirrored in the decoder. */
const denseModel = v.strictObject({
  architecture: v.optional(v.literal("dense"), "dense"),
  ...dense,
  batchNorm,
});

/** As `dense`, the decoder's kernels being the encoder's transposed. */
const tiedModel = v.strictObject({ architecture: v.literal("tied"), ...dense });

/** Convolutions over images; each stage makes height and width smaller. */
const convModel = v.strictObject({
  architecture: v.literal("conv"),
  ...convolutional,
  /** Side of the kernels. */
  kernel: v.optional(count("a whole number of pixels, at least 1"), 3),
  /**
   * How the decoder makes pictures larger. `nearest`: each pixel repeated, then a convolution; `max`: each value put
   * back where its maximum was (Zeiler & Fergus 2014), then a convolution; `transpose`: transposed convolutions.
   * The encoder pools maxima for the first two and takes strided convolutions for the third.
   */
  unpool: v.optional(v.picklist(unpoolings), "nearest"),
});

/** Strided convolutions over signals [length, channels], and transposed ones back. */
const conv1dModel = v.strictObject({
  architecture: v.literal("conv1d"),
  ...convolutional,
  /** Length of the kernels. */
  kernel: v.optional(count("a whole number of samples, at least 1"), 9),
});

/** A pair of tfjs models of your own. */
const filesModel = v.strictObject({
  architecture: v.literal("files"),
  /** Their model.json; the encoder takes items (flat, or in their shape) and gives [batch, code], the decoder reverses it. */
  encoder: v.pipe(v.string(), v.nonEmpty("expected the path of a model.json")),
  decoder: v.pipe(v.string(), v.nonEmpty("expected the path of a model.json")),
  /** A module that registers their own layers; see loadModel(). */
  register: v.optional(v.string()),
  output: v.optional(v.picklist(["sigmoid", "linear"]), "linear"),
});

export const model = v.variant("architecture", [
  linearModel,
  denseModel,
  tiedModel,
  convModel,
  conv1dModel,
  filesModel,
]);

export type ModelConfig = v.InferOutput<typeof model>;
export type Architectures = ModelConfig["architecture"];
/** The config of one architecture. */
export type ModelOf<A extends Architectures> = Extract<ModelConfig, { readonly architecture: A }>;
export type Activation = (typeof activations)[number];
