// All benchmarks, by name.

import type { Benchmark } from "./benchmark.ts";
import { encode } from "./encode.ts";
import { features } from "./features.ts";
import { neighbours } from "./neighbours.ts";
import { runs } from "./runs.ts";
import { startup } from "./startup.ts";
import { train } from "./train.ts";

export const benchmarks: readonly Benchmark[] = [train, encode, features, neighbours, runs, startup];
