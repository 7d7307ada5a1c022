// What the tests need beyond npm: how to find each thing, and which Debian package brings it.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { speechFolders } from "../../data/speech.ts";

/** Whether something the tests need is on this machine, and where; or the reason why it is not. */
export type Availability =
  | { readonly available: true; readonly path: string }
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

/** SwiftShader, a GPU in software, which Chromium brings: its file for the Vulkan loader. */
const swiftShader: Requirement = {
  name: "SwiftShader, Chromium's software GPU",
  debianPackage: "chromium",
  neededFor: "the tests of the engines on WebGPU",
  find: () => findFile(["/usr/lib/chromium/vk_swiftshader_icd.json"], "chromium"),
};

/** What WebGPU libraries load to find Vulkan drivers. */
const vulkanLoader: Requirement = {
  name: "the Vulkan loader",
  debianPackage: "libvulkan1",
  neededFor: "the tests of the engines on WebGPU",
  find: () =>
    findFile(
      ["x86_64", "aarch64"].map((arch) => `/usr/lib/${arch}-linux-gnu/libvulkan.so.1`),
      "libvulkan1",
    ),
};

/** The browser itself. */
const chromium: Requirement = {
  name: "Chromium",
  debianPackage: "chromium",
  neededFor: "the tests of the runtime in a browser",
  find: () => findFile(["/usr/bin/chromium"], "chromium"),
};

/** The sounds of the source `speech`. */
const recordedSpeech: Requirement = {
  name: "recorded speech",
  debianPackage: "asterisk-core-sounds-en-wav",
  neededFor: "the tests of the preset audio-sparse on real sound",
  find: () =>
    findFile(
      speechFolders.map((folder) => `${folder}/demo-instruct.wav`),
      "asterisk-core-sounds-en-wav",
    ),
};

/** What shards wait in, past one machine. */
const redisServer: Requirement = {
  name: "Redis",
  debianPackage: "redis-server",
  neededFor: "the tests of feature tables past one machine",
  find: () => findFile(["/usr/bin/redis-server"], "redis-server"),
};

/** Python with pandas, a reader of tables. */
const pandas: Requirement = {
  name: "Python's pandas",
  debianPackage: "python3-pandas",
  neededFor: "the tests that run README's examples in Python",
  find: () => findByRunning(DEBIAN_PYTHON, ["-c", "import pandas"], "python3-pandas"),
};

export const requirements = {
  pythonOnnx,
  pandas,
  swiftShader,
  vulkanLoader,
  chromium,
  recordedSpeech,
  redisServer,
} as const satisfies Record<string, Requirement>;

/** Takes a thing as there when a command that needs it ends with status 0. */
export function findByRunning(command: string, args: readonly string[], debianPackage: string): Availability {
  const { status, error } = spawnSync(command, args, { stdio: "ignore" });
  if (status === 0) return { available: true, path: command };
  const what = error ? `${command} is not there` : `${command} ${args.join(" ")} fails`;
  return { available: false, reason: `${what}: install Debian's ${debianPackage}` };
}

/** Takes a thing as there when one of the files is. */
export function findFile(paths: readonly string[], debianPackage: string): Availability {
  const path = paths.find((candidate) => existsSync(candidate));
  if (path !== undefined) return { available: true, path };
  return {
    available: false,
    reason: `${paths.join(" or ")} is not there: install Debian's ${debianPackage}`,
  };
}
