// All commands of `latentkit`, in the order in which help lists them.

import type { CommandFactory } from "../cli/command.ts";
import { doctor } from "./doctor.ts";
import { exportCommand } from "./export.ts";
import { sweep } from "./sweep.ts";
import { train } from "./train.ts";

export const commands: readonly CommandFactory[] = [train, sweep, exportCommand, doctor];
