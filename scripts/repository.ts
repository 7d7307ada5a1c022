// Where the repository is, and how its tools are started: for scripts that work on the project itself.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** JavaScript files of the development tools, run by the Node that runs the script. */
export const tools = {
  tsc: "node_modules/typescript/bin/tsc",
  biome: "node_modules/@biomejs/biome/bin/biome",
} as const;

/** Runs Node in the root with this process's own output; true where it ends with status 0. */
export function runNode(args: readonly string[]): boolean {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  return status === 0;
}
