// `npm start`: the main job on full MNIST, from training to served codes, with PCA beside it.
import { runProgram } from "./cli/program.ts";
import { start } from "./main-job/command.ts";

process.exitCode = await runProgram(["start", ...process.argv.slice(2)], process, [start]);
