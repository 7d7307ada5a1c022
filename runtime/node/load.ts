// loadRuntime for Node: gets a package, then runs its graphs off the main thread.
import { OptionError } from "../errors.ts";
import { readPictures } from "../images/read.ts";
import { checkOptions, type LoadOptions } from "../options.ts";
import { createRuntime } from "../runtime.ts";
import type { Source } from "../source/open.ts";
import { readPackage } from "../source/package.ts";
import type { Runtime } from "../types.ts";
import { nodeDevices } from "./devices.ts";
import type { StartOptions } from "./local.ts";
import { decodePicture } from "./picture.ts";
import { startPool } from "./pool.ts";
import { openNodeSource } from "./source.ts";

/**
 * Loads a package and starts it on `cuda`, where an NVIDIA GPU and its libraries are, else on `webgpu`, where a GPU
 * answers, else on `cpu`. Sizes and sha256 of its files are checked before any of them is used.
 *
 * Rejects with `SourceError`, `ManifestError`, `IntegrityError`, `DeviceError`, or `OptionError`; all are
 * `RuntimeError`s. After `signal` has fired it rejects with the signal's reason.
 *
 * @example
 * const runtime = await loadRuntime("runs/mnist/package");
 * const codes = await runtime.encode(images); // { data: Float32Array, shape: [n, d] }
 * await runtime.dispose();
 */
export async function loadRuntime(source: Source, options: LoadOptions = {}): Promise<Runtime> {
  const checked = checkOptions(options, nodeDevices);
  const { device, threads, workers, inline, signal } = checked;
  if (inline && workers !== undefined && workers > 1) {
    throw new OptionError(`workers is ${workers}; expected 1 with inline, which starts no threads`);
  }
  const loaded = await readPackage(await openNodeSource(source, checked), checked);
  signal?.throwIfAborted();
  const start: StartOptions = {
    ...loaded,
    devices: device === "auto" ? nodeDevices : [device],
    byName: device !== "auto",
    threads,
  };
  const executor = await (inline ? startInline(start) : startPool(start, workers));
  const { fit, background } = checked;
  return createRuntime(loaded.manifest, executor, {
    ...checked,
    prepare: (images) =>
      readPictures(images, loaded.manifest.input, { fit, background, decode: decodePicture }) ?? images,
  });
}

/** Imported late: with worker threads, this thread need not load ONNX Runtime at all. */
async function startInline(start: StartOptions) {
  const { startLocal } = await import("./local.ts");
  return startLocal(start);
}
