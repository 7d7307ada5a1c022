// Architectures by name.
import type { TrainConfig } from "../config/index.ts";
import type { Architecture, Autoencoder } from "./architecture.ts";
import { dense } from "./dense.ts";

export type { Autoencoder } from "./architecture.ts";

const architectures: Readonly<Record<TrainConfig["model"]["architecture"], Architecture>> = { dense };

/** The pair of models that a config describes, for items of `inputSize` numbers. */
export function buildAutoencoder(config: TrainConfig, inputSize: number): Autoencoder {
  return architectures[config.model.architecture](config.model, inputSize, config.seed);
}
