// loadRuntime for browsers: gets a package, keeps it for the next visit, and runs its graphs in the page.
import { isRaw } from "../arrays.ts";
import { checkOptions, type LoadOptions } from "../options.ts";
import { createRuntime } from "../runtime.ts";
import { openSource, type Source } from "../source/open.ts";
import { readPackage } from "../source/package.ts";
import type { Runtime } from "../types.ts";
import { cached } from "./cache.ts";
import { browserDevices } from "./devices.ts";
import { start } from "./start.ts";

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
  const { device, threads, wasmPaths, signal } = checked;
  const address = typeof source === "string" ? new URL(source, globalThis.location.href) : source;
  const files = await openSource(address, checked);
  const loaded = await readPackage(
    checked.cache && address instanceof URL ? await cached(files) : files,
    checked,
  );
  signal?.throwIfAborted();
  const executor = await start(loaded, { device, threads, wasmPaths });
  return createRuntime(loaded.manifest, executor, {
    ...checked,
    prepare: (images) =>
      isRaw(images)
        ? images
        : import("./prepare.ts").then(({ prepare }) => prepare(images, loaded.manifest.input, checked)),
  });
}
