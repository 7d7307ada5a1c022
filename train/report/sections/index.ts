// The report's sections, in their order.
import type { SectionMaker } from "../section.ts";
import { atoms } from "./atoms.ts";
import { codes } from "./codes.ts";
import { config } from "./config.ts";
import { curves } from "./curves.ts";
import { evaluation } from "./evaluation.ts";
import { examples } from "./examples.ts";
import { filters } from "./filters.ts";
import { grid } from "./grid.ts";
import { map } from "./map.ts";
import { overview } from "./overview.ts";

export const sections: readonly SectionMaker[] = [
  overview,
  evaluation,
  curves,
  examples,
  map,
  grid,
  codes,
  atoms,
  filters,
  config,
];
