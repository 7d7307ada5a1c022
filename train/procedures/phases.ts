// The phases of a run, one after the other: layers pretrained, the autoencoder as a whole, a classifier on it.
import type { TrainConfig } from "../config/index.ts";

export type Phase =
  /** Greedy pretraining of one layer of the encoder, 0 being the lowest. */
  | { readonly kind: "layer"; readonly name: string; readonly index: number; readonly config: TrainConfig }
  | { readonly kind: "autoencoder"; readonly name: string; readonly config: TrainConfig }
  | { readonly kind: "classifier"; readonly name: string; readonly config: TrainConfig };

/**
 * The phases of a config; each with the config its loop goes by: its own epochs and learning rate, penalties in the
 * autoencoder's alone, and an early end only where there is something to judge by.
 *
 * @param layers of the encoder that can be pretrained
 */
export function phasesOf(config: TrainConfig, layers: number): Phase[] {
  const { pretraining, classifier, optimizer } = config;
  const lone = { ...config, penalty: { kind: "none" } as const };
  const pretrained = Array.from({ length: pretraining.epochs > 0 ? layers : 0 }, (_, index): Phase => {
    const learningRate = pretraining.learningRate ?? optimizer.learningRate;
    return {
      ...{ kind: "layer", name: `layer ${index + 1}`, index },
      config: {
        ...lone,
        epochs: pretraining.epochs,
        earlyStopping: { ...config.earlyStopping, patience: 0 },
        optimizer: { ...optimizer, learningRate },
      },
    };
  });
  const whole: Phase = { kind: "autoencoder", name: "autoencoder", config };
  if (classifier.epochs === 0) return [...pretrained, whole];
  const { epochs, learningRate = optimizer.learningRate, weightDecay = optimizer.weightDecay } = classifier;
  return [
    ...pretrained,
    whole,
    {
      ...{ kind: "classifier", name: "classifier" },
      config: { ...lone, epochs, optimizer: { ...optimizer, learningRate, weightDecay } },
    },
  ];
}
