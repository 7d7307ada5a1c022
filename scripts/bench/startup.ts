// How long the command line takes to answer: nothing heavy may be loaded before it is needed.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { CommandError } from "../cli/errors.ts";
import { root } from "../repository.ts";
import { type Benchmark, benchRow } from "./benchmark.ts";

const program = path.join(root, "dist/scripts/latentkit.js");

export const startup: Benchmark = {
  name: "startup",
  description: "time until `latentkit --help` has answered, next to Node alone",
  async run({ compare }) {
    if (!existsSync(program))
      throw new CommandError("benchmark startup: dist is missing: run `npm run build` first");
    const { help, node } = await compare({
      rounds: 15,
      candidates: { help: () => runNode([program, "--help"]), node: () => runNode(["--eval", "0"]) },
    });
    return [
      benchRow({
        ...{ metric: "latentkit --help", value: help.median, unit: "ms", baseline: node.median },
        goal: { at: "most", limit: 5 },
      }),
    ];
  },
};

function runNode(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with status ${status}: ${stderr}`);
}
