// All commands of `latentkit`, in the order in which help lists them.

import type { CommandFactory } from "../cli/command.ts";
import { doctor } from "./doctor.ts";
import { encode } from "./encode.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { neighbours } from "./neighbours.ts";
import { probe } from "./probe.ts";
import { report } from "./report.ts";
import { serve } from "./serve.ts";
import { sweep } from "./sweep.ts";
import { train } from "./train.ts";
import { worker } from "./worker.ts";

export const commands: readonly CommandFactory[] = [
  train,
  sweep,
  evaluate,
  report,
  exportCommand,
  encode,
  worker,
  probe,
  neighbours,
  serve,
  explain,
  doctor,
];
