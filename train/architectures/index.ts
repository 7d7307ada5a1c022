// Architectures by name.
import type { TrainConfig } from "../config/index.ts";
import type { Architectures, ModelOf } from "../config/model.ts";
import type { Architecture, Autoencoder, TopKUnits } from "./architecture.ts";
import { conv, convLayout } from "./conv.ts";
import { conv1d, conv1dLayout } from "./conv1d.ts";
import { dense } from "./dense.ts";
import { files } from "./files.ts";
import { linear } from "./linear.ts";
import { tied } from "./tied.ts";

export type { Autoencoder, LayerPair } from "./architecture.ts";

const architectures: { readonly [A in Architectures]: Architecture<A> } = {
  linear,
  dense,
  tied,
  conv,
  conv1d,
  files,
};

type Described = Pick<TrainConfig, "model" | "penalty">;

/**
 * Whether items of this shape go with a config: at once, before anything is built.
 *
 * @throws ConfigError where they don't: images whose size the strides do not divide, for instance
 */
export function checkItemShape({ model, penalty }: Described, itemShape: readonly number[]): void {
  const topK = unitsOf(penalty);
  if (model.architecture === "conv") convLayout({ model, itemShape, topK });
  if (model.architecture === "conv1d") conv1dLayout({ model, itemShape, topK });
}

/**
 * The pair of models that a config describes, for items of this shape.
 *
 * @throws ConfigError as `checkItemShape`, and where models of the user's own do not fit the items
 */
export async function buildAutoencoder(
  { model, penalty, seed }: Described & Pick<TrainConfig, "seed">,
  itemShape: readonly number[],
): Promise<Autoencoder> {
  return build(model.architecture, model, { itemShape, seed, topK: unitsOf(penalty) });
}

/**
 * Makhzani & Frey 2013 begin with more units than k, too, so that fewer die. How many is our choice: of 1000 units with
 * k = 25, 28 % died when it began with four times as many, 3 % with sixteen times.
 */
const FIRST = 16;

function unitsOf(penalty: TrainConfig["penalty"]): TopKUnits | undefined {
  if (penalty.kind !== "topk") return undefined;
  const { k, testK = k, warmup } = penalty;
  return { k, testK, firstK: warmup > 0 ? FIRST * k : k };
}

function build<A extends Architectures>(
  name: A,
  model: TrainConfig["model"],
  request: {
    readonly itemShape: readonly number[];
    readonly seed: number;
    readonly topK: TopKUnits | undefined;
  },
): Autoencoder | Promise<Autoencoder> {
  return architectures[name]({ ...request, model: model as ModelOf<A> });
}
