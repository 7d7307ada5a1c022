// What the tests need beyond npm: how to find each thing, and which Debian package brings it.

import { spawnSync } from "node:child_process";

/** Whether something the tests need is on this machine; where it is not, the reason. */
export type Availability =
  | { readonly available: true; readonly command: string }
  | { readonly available: false; readonly reason: string };

export interface Requirement {
  /** What a reader would call it. */
  readonly name: string;
  readonly debianPackage: string;
  /** The tests that are skipped without it. */
  readonly neededFor: string;
  find(): Availability;
}

/** Debian's own Python: another `python3` may come first on the PATH and not see Debian's modules. */
const DEBIAN_PYTHON = "/usr/bin/python3";

/** Python with the `onnx` module, an independent checker of ONNX files. */
const pythonOnnx: Requirement = {
  name: "Python's onnx module",
  debianPackage: "python3-onnx",
  neededFor: "the tests that check exported graphs with ONNX's own checker",
  find: () => findByRunning(DEBIAN_PYTHON, ["-c", "import onnx"], "python3-onnx"),
};

export const requirements = { pythonOnnx } as const satisfies Record<string, Requirement>;

/** Takes a thing as there when a command that needs it ends with status 0. */
export function findByRunning(command: string, args: readonly string[], debianPackage: string): Availability {
  const { status, error } = spawnSync(command, args, { stdio: "ignore" });
  if (status === 0) return { available: true, command };
  const what = error ? `${command} is not there` : `${command} ${args.join(" ")} fails`;
  return { available: false, reason: `${what}: install Debian's ${debianPackage}` };
}
