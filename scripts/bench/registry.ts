// All benchmarks, by name.

import type { Benchmark } from "./benchmark.ts";
import { startup } from "./startup.ts";

export const benchmarks: readonly Benchmark[] = [startup];
