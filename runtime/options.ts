// Options of `loadRuntime`: the same in Node and in the browser, so that one app can pass the same to both.
import {
  type Batching,
  type BatchingOptions,
  batchingChecks,
  batchingDefaults,
  type Check,
  checkCount,
} from "./batching.ts";
import { OptionError } from "./errors.ts";
import type { Fit } from "./images/place.ts";
import type { Precision } from "./manifest.ts";
import { MAX_BYTES, type SourceOptions } from "./source/files.ts";
import type { Device } from "./types.ts";

export interface LoadOptions extends SourceOptions, BatchingOptions {
  /** `auto` takes the fastest device that works; `info.passedOver` tells why others were not taken. Default `auto`. */
  readonly device?: "auto" | Device;
  /**
   * CPU threads within one operator. Default: ONNX Runtime's own, one per core; with several `workers` their share of
   * the cores. In the browser there is one alone unless the page is
   * cross-origin isolated, and the first runtime of a page decides for all.
   */
  readonly threads?: number;
  /** `fp16` and `q8` are smaller variants that a package may hold; `OptionError` where it does not. Default `fp32`. */
  readonly dtype?: Precision;
  /** Node: run in this thread, which is then blocked while a graph runs, and start no other. Default false. */
  readonly inline?: boolean;
  /**
   * Node: threads for inference, each with a copy of the model. Default: 1 on a GPU; on the CPU one per core, at most 4,
   * which share the cores out: more codes a second than one with all of them. 1 answers a lone call to a large model
   * soonest.
   */
  readonly workers?: number;
  /** Browser: keep the files of a URL for the next visit. Default true. */
  readonly cache?: boolean;
  /** Browser: URL of the folder with ONNX Runtime's .wasm and .mjs files. Default: where the bundler put them. */
  readonly wasmPaths?: string;
  /** How pictures of another shape are brought to the model's: default `cover`, as `latentkit train` does. */
  readonly fit?: Fit;
  /** What shows through transparent pixels and fills the margins of `contain`. Default `white`. */
  readonly background?: "white" | "black";
}

type Defaulted = keyof Batching | "device" | "dtype" | "inline" | "cache" | "fit" | "background" | "maxBytes";

/** All options, defaults filled in; `D` are the devices of this home. */
export type CheckedOptions<D extends Device> = Required<Pick<LoadOptions, Exclude<Defaulted, "device">>> &
  Omit<LoadOptions, Defaulted> & { readonly device: "auto" | D };

const defaults = {
  ...batchingDefaults,
  device: "auto",
  dtype: "fp32",
  inline: false,
  cache: true,
  fit: "cover",
  background: "white",
  maxBytes: MAX_BYTES,
} as const satisfies LoadOptions;

/** What can be said of one option alone. */
const checks = {
  ...batchingChecks,
  fit: oneOf("cover", "contain", "stretch"),
  background: oneOf("white", "black"),
  dtype: oneOf("fp32", "fp16", "q8"),
  threads: checkCount,
  workers: checkCount,
  maxBytes: checkCount,
} satisfies { readonly [K in keyof LoadOptions]?: Check };

const names = [
  ...new Set([...Object.keys(defaults), ...Object.keys(checks), "wasmPaths", "onProgress", "signal"]),
];

/** Throws `OptionError` for the first that is unknown or out of range. `devices`: those of this home. */
export function checkOptions<D extends Device>(
  options: LoadOptions,
  devices: readonly D[],
): CheckedOptions<D> {
  const checksHere: Readonly<Record<string, Check>> = { ...checks, device: oneOf("auto", ...devices) };
  const given = Object.entries(options).filter(([name, value]) => {
    if (!names.includes(name))
      throw new OptionError(`unknown option ${name}`, value, `one of ${names.join(", ")}`);
    if (value !== undefined) checksHere[name]?.(name, value);
    return value !== undefined;
  });
  const checked: CheckedOptions<D> = { ...defaults, ...Object.fromEntries(given) };
  const { inline, workers = 1 } = checked;
  if (inline && workers > 1)
    throw new OptionError("workers", workers, "1 with inline, which starts no threads");
  return checked;
}

function oneOf(...choices: readonly string[]): Check {
  return (option, value) => {
    if (!choices.some((choice) => choice === value))
      throw new OptionError(option, value, choices.join(" or "));
  };
}
