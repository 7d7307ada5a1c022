// `npm run bench -- [NAME] [--json]`: measures the project; without a name, lists what can be measured.

import { parseArgs } from "node:util";
import { reportError, UsageError } from "../cli/errors.ts";
import { createOutput } from "../cli/output.ts";
import { benchmarks } from "./registry.ts";
import { runBenchmark } from "./run.ts";

const { stdout, stderr } = process;

try {
  const { values, positionals } = parse(process.argv.slice(2));
  const output = createOutput({ json: () => values.json, stdout, stderr });
  await runBenchmark(benchmarks, positionals[0], output);
} catch (error) {
  process.exitCode = reportError(error, stderr);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: "boolean", default: false } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
