// `npm run reproduce`.
import { runProgram } from "../cli/program.ts";
import { reproduceCommand } from "./command.ts";

process.exitCode = await runProgram(["reproduce", ...process.argv.slice(2)], process, [reproduceCommand]);
