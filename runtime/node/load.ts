// loadRuntime for Node: reads a package folder, then runs its graphs off the main thread.
import { OptionError } from "../errors.ts";
import { createRuntime } from "../runtime.ts";
import type { Device, Runtime } from "../types.ts";
import type { StartOptions } from "./local.ts";
import { readPackage } from "./package.ts";
import { startThread } from "./thread.ts";

export interface LoadOptions {
  /** `auto` takes the fastest device that works; `info.passedOver` tells why others were not taken. Default `auto`. */
  readonly device?: "auto" | Device;
  /** CPU threads within one operator. Default: ONNX Runtime's own, one per core. */
  readonly threads?: number;
  /** Most items that go through the graphs at once; bounds memory. Default 256. */
  readonly batchSize?: number;
  /** Run in this thread, which is then blocked while a graph runs. Default false. */
  readonly inline?: boolean;
}

/** Fastest first. */
const devices: readonly Device[] = ["cpu"];

/**
 * Loads the model of a package folder. Sizes and sha256 of its files are checked before any of them is used.
 *
 * Rejects with `ManifestError`, `IntegrityError`, `DeviceError`, or `OptionError`; all are `RuntimeError`s.
 *
 * @example
 * const runtime = await loadRuntime("runs/mnist/package");
 * const codes = await runtime.encode(images); // { data: Float32Array, shape: [n, d] }
 * await runtime.dispose();
 */
export async function loadRuntime(folder: string, options: LoadOptions = {}): Promise<Runtime> {
  const { device = "auto", threads, batchSize = 256, inline = false, ...unknown } = options;
  for (const [name, value] of Object.entries(unknown)) {
    throw new OptionError(`unknown option ${name}`, value, "device, threads, batchSize and inline alone");
  }
  if (typeof folder !== "string") throw new OptionError("folder", folder, "the path of a package");
  if (device !== "auto" && !devices.includes(device)) {
    throw new OptionError("device", device, ["auto", ...devices].join(" or "));
  }
  if (threads !== undefined) checkCount("threads", threads);
  checkCount("batchSize", batchSize);

  const start: StartOptions = {
    ...(await readPackage(folder)),
    devices: device === "auto" ? devices : [device],
    threads,
  };
  const executor = await (inline ? startInline(start) : startThread(start));
  return createRuntime(start.manifest, executor, batchSize);
}

/** Imported late: with a worker thread, this thread need not load ONNX Runtime at all. */
async function startInline(start: StartOptions) {
  const { startLocal } = await import("./local.ts");
  return startLocal(start);
}

function checkCount(option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new OptionError(option, value, "a whole number, at least 1");
}
