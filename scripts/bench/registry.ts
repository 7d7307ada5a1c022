// All benchmarks, by name.

import type { Benchmark } from "./benchmark.ts";
import { startup } from "./startup.ts";
import { train } from "./train.ts";

export const benchmarks: readonly Benchmark[] = [train, startup];
