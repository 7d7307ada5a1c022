// All lowerings: one entry per tfjs kernel.

import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import type { Lowering, LoweringTable } from "./call.ts";
import { indexing } from "./indexing.ts";
import { layout } from "./layout.ts";
import { matrix } from "./matrix.ts";
import { reductions } from "./reductions.ts";

const tables: readonly LoweringTable[] = [arithmetic, activations, matrix, reductions, layout, indexing];

/** Lowerings by kernel name. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(
  tables.flatMap((table) => Object.entries(table)),
);
