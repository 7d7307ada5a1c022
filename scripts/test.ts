// `npm test`: set-up, type check, lint, then the tests; every part runs, and one that fails fails the whole.
//
//   npm test                            everything
//   npm test -- test/export             the tests of a folder (or a file, or a part of their paths)
//   npm run test:only -- test/export    the tests alone, without set-up, type check and lint
//   npm test -- --test-name-pattern "adam"

import { parseArgs } from "node:util";
import { root, runNode, tools } from "./repository.ts";
import { prepareForTests } from "./setup/prepare.ts";
import { findTestFiles } from "./setup/test-files.ts";

const { options, files } = readArguments();
const failed: string[] = [];

if (!options.only) {
  prepareForTests((message) => console.error(`set-up: ${message}`));
  run("type check", [tools.tsc, "--noEmit"]);
  run("lint", [tools.biome, "check", "."]);
}
// The tests come last, so that node's own summary closes the output.
run("tests", [
  ...["--import", "tsx", "--test", "--test-reporter=spec"],
  `--test-concurrency=${options["test-concurrency"]}`,
  ...options["test-name-pattern"].map((pattern) => `--test-name-pattern=${pattern}`),
  ...files,
]);

if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}

function run(part: string, args: readonly string[]): void {
  if (!runNode(args)) failed.push(part);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        only: { type: "boolean", default: false },
        "test-name-pattern": { type: "string", multiple: true, default: [] },
        "test-concurrency": { type: "string", default: "2" },
      },
    });
    return { options: values, files: findTestFiles(root, positionals) };
  } catch (error) {
    console.error(`test: ${error instanceof Error ? error.message : error}`);
    process.exit(2);
  }
}
