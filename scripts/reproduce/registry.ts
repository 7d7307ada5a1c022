// All experiments, in the order of the README's table.
import type { Experiment } from "./experiment.ts";
import { audioSparse } from "./experiments/audio-sparse.ts";
import { codes2d } from "./experiments/codes-2d.ts";
import { contractive } from "./experiments/contractive.ts";
import { deep30 } from "./experiments/deep30.ts";
import { denoising } from "./experiments/denoising.ts";
import { features } from "./experiments/features.ts";
import { kerasBlog } from "./experiments/keras-blog.ts";
import { linear } from "./experiments/linear.ts";
import { logisticPca } from "./experiments/logistic-pca.ts";
import { sparseTopk } from "./experiments/sparse-topk.ts";
import { stackedDenoising } from "./experiments/stacked-denoising.ts";
import { unpooling } from "./experiments/unpooling.ts";

export const experiments: readonly Experiment[] = [
  linear,
  logisticPca,
  deep30,
  kerasBlog,
  unpooling,
  denoising,
  features,
  codes2d,
  sparseTopk,
  contractive,
  stackedDenoising,
  audioSparse,
];
