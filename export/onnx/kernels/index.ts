// All lowerings: one entry per tfjs kernel.

import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { bitwise } from "./bitwise.ts";
import { blocks } from "./blocks.ts";
import type { Lowering, LoweringTable } from "./call.ts";
import { comparison } from "./comparison.ts";
import { complex } from "./complex.ts";
import { convolutions } from "./convolution.ts";
import { convolutionGradients } from "./convolution-gradients.ts";
import { elementary } from "./elementary.ts";
import { images } from "./images.ts";
import { indexing } from "./indexing.ts";
import { layout } from "./layout.ts";
import { matrix } from "./matrix.ts";
import { morphology } from "./morphology.ts";
import { normalization } from "./normalization.ts";
import { order } from "./order.ts";
import { pools } from "./pooling.ts";
import { poolGradients } from "./pooling-gradients.ts";
import { reductions } from "./reductions.ts";
import { resize } from "./resize.ts";
import { sampling } from "./sampling.ts";
import { scans } from "./scans.ts";
import { scatter } from "./scatter.ts";
import { sequences } from "./sequences.ts";
import { slicing } from "./slicing.ts";
import { warp } from "./warp.ts";

const tables: readonly LoweringTable[] = [
  arithmetic,
  comparison,
  elementary,
  activations,
  matrix,
  reductions,
  layout,
  indexing,
  bitwise,
  blocks,
  complex,
  convolutions,
  convolutionGradients,
  images,
  morphology,
  normalization,
  order,
  pools,
  poolGradients,
  resize,
  sampling,
  scans,
  scatter,
  sequences,
  slicing,
  warp,
];

/** Lowerings by kernel name. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(
  tables.flatMap((table) => Object.entries(table)),
);
