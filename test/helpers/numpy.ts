// NumPy as an independent writer and reader of .npy files; it comes with Debian's python3-onnx.
import { execFileSync } from "node:child_process";
import { pythonOnnx } from "./requirements.ts";

export const python = pythonOnnx();

/** Runs a script that has `np` and the arguments as `args`; returns what it prints, as JSON. */
export function numpy(script: string, ...args: readonly string[]): unknown {
  if (!python.available) throw new Error(python.reason);
  const whole = `import json, sys\nimport numpy as np\nargs = sys.argv[1:]\n${script}`;
  const output = execFileSync(python.python, ["-c", whole, ...args], { encoding: "utf8" });
  return output === "" ? undefined : JSON.parse(output);
}
