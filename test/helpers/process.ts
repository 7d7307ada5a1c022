// Runs a TypeScript file in a Node process of its own: for what can crash a process or keep it alive.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { softwareGpu } from "./requirements.ts";

/** The process's end and output; it has the GPU in software, where there is one, and is killed after two minutes. */
export function runFile(file: URL, ...args: readonly string[]) {
  const gpu = softwareGpu();
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", fileURLToPath(file), ...args],
    {
      env: { ...process.env, ...(gpu.available && { VK_ICD_FILENAMES: gpu.path }) },
      encoding: "utf8",
      timeout: 120_000,
    },
  );
  return { status, signal, stdout: stdout.trim(), stderr };
}
