#!/usr/bin/env node
// The command line `latentkit`.

import { runProgram } from "./cli/program.ts";

// A reader that closes early, such as `head`, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), process);
