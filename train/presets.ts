// Configs by name.
import type { TrainConfigInput } from "./config/index.ts";
import { ConfigError } from "./errors.ts";

const presets: Readonly<Record<string, TrainConfigInput>> = {
  /** A 30-number code of MNIST digits by a fully connected autoencoder. */
  dense: {
    name: "dense",
    data: "mnist:train",
    model: { architecture: "dense", hidden: [512, 256], code: 30 },
    epochs: 10,
  },
};

export function presetNames(): string[] {
  return Object.keys(presets);
}

/** Throws `ConfigError` naming the presets there are. */
export function preset(name: string): TrainConfigInput {
  const found = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (!found) throw new ConfigError(`no preset is called "${name}"; there are: ${presetNames().join(", ")}`);
  return found;
}
