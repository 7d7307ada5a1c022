// loadRuntime for browsers: gets a package, keeps it for the next visit, and runs its graphs in the page.
import { openOnFirstDevice } from "../first-device.ts";
import { readPictures } from "../images/read.ts";
import { checkOptions, type LoadOptions } from "../options.ts";
import { createRuntime } from "../runtime.ts";
import { openSource, type Source } from "../source/open.ts";
import { readPackage } from "../source/package.ts";
import type { Runtime } from "../types.ts";
import { cached } from "./cache.ts";
import { browserDevices, whyNot } from "./devices.ts";
import { decodePicture } from "./picture.ts";
import { openSession } from "./session.ts";

/**
 * Loads a package and starts it on `webgpu`, where a GPU answers, else on `wasm`. Files of a URL are kept in the
 * browser's cache by their hash. Graphs run where this is called: in a web worker they leave the page free.
 *
 * Rejects with `SourceError`, `ManifestError`, `IntegrityError`, `DeviceError`, or `OptionError`; all are
 * `RuntimeError`s. After `signal` has fired it rejects with the signal's reason.
 *
 * @example
 * const runtime = await loadRuntime("/models/mnist/");
 * const codes = await runtime.encode(document.querySelector("canvas")); // { data: Float32Array, shape: [1, d] }
 * await runtime.dispose();
 */
export async function loadRuntime(source: Source, options: LoadOptions = {}): Promise<Runtime> {
  const checked = checkOptions(options, browserDevices);
  const { device: wanted, signal, fit, background } = checked;
  const address = typeof source === "string" ? new URL(source, globalThis.location.href) : source;
  const files = await openSource(address, checked);
  const isKept = checked.cache && address instanceof URL;
  const loaded = await readPackage(isKept ? await cached(files) : files, checked);
  signal?.throwIfAborted();
  const isAuto = wanted === "auto";
  const model = await openOnFirstDevice(
    loaded,
    isAuto ? browserDevices : [wanted],
    (device) => whyNot(device, !isAuto),
    (graph, device) => openSession(graph, device, checked),
  );
  return createRuntime(
    loaded.manifest,
    { ...model, borrows: true },
    {
      ...checked,
      prepare: (images) =>
        readPictures(images, loaded.manifest.input, { fit, background, decode: decodePicture }) ?? images,
    },
  );
}
