// The options that every command takes that loads a package: where it runs, and which of its graphs.
import { Option } from "@commander-js/extra-typings";
import { choice, wholeNumber } from "./options.ts";

export const deviceOption = () =>
  new Option("--device <name>", "who computes: auto, cuda, webgpu or cpu")
    .default("auto" as const)
    .argParser(choice("--device", ["auto", "cuda", "webgpu", "cpu"]));

export const dtypeOption = () =>
  new Option("--dtype <name>", "which graphs: fp32, or fp16 or q8 where the package has them")
    .default("fp32" as const)
    .argParser(choice("--dtype", ["fp32", "fp16", "q8"]));

export const workersOption = () =>
  new Option("--workers <n>", "inference threads (default: one per core on the CPU, at most 4)").argParser(
    wholeNumber("--workers", { min: 1 }),
  );

export const threadsOption = () =>
  new Option("--threads <n>", "CPU threads of each").argParser(wholeNumber("--threads", { min: 1 }));
