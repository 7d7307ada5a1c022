// Options of `loadRuntime`: the same in Node and in the browser, so that one app can pass the same to both.
import { type Batching, type BatchingOptions, batchingDefaults, batchingSchemas } from "./batching.ts";
import { OptionError, show } from "./errors.ts";
import type { Fit } from "./images/place.ts";
import { type Precision, precision } from "./manifest.ts";
import { count, type Fields, flag, oneOf, type Refuse, record, such, text } from "./schema.ts";
import type { SourceOptions } from "./source/files.ts";
import type { CallOptions, Device, StreamOptions } from "./types.ts";

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

type Defaulted = keyof Batching | "device" | "dtype" | "inline" | "cache" | "fit" | "background";

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
} as const satisfies LoadOptions;

const signal = such<AbortSignal>(
  "an AbortSignal",
  (value) => Object(value)[Symbol.toStringTag] === "AbortSignal",
);

/** `device` is added by each home. */
const schemas = {
  ...batchingSchemas,
  dtype: precision,
  inline: flag,
  workers: count,
  threads: count,
  cache: flag,
  wasmPaths: text,
  fit: oneOf("cover", "contain", "stretch"),
  background: oneOf("white", "black"),
  maxBytes: count,
  onProgress: such<NonNullable<SourceOptions["onProgress"]>>(
    "a function",
    (value) => typeof value === "function",
  ),
  signal,
};

const { timeout } = batchingSchemas;
const callSchemas = { transfer: flag, signal, timeout };
const streamSchemas = { batchSize: count, signal, timeout };

/** Throws `OptionError` for the first that is unknown or out of range. `devices`: those of this home. */
export function checkOptions<D extends Device>(
  options: LoadOptions,
  devices: readonly D[],
): CheckedOptions<D> {
  const given = check("", options, { ...schemas, device: oneOf<"auto" | D>("auto", ...devices) });
  return { ...defaults, ...Object.fromEntries(given) };
}

/** {@link checkOptions} for those of one call or stream. */
export function checkCallOptions(call: string, options: CallOptions | StreamOptions): void {
  check(`${call}: `, options, call === "encodeStream" ? streamSchemas : callSchemas);
}

/** The options that are there; those that are undefined are not. */
function check(subject: string, options: object, schemas: Fields) {
  const refuse: Refuse = (reason) => {
    throw new OptionError(subject + reason);
  };
  return Object.entries(record(options, "options", refuse)).filter(([name, value]) => {
    const schema = schemas[name];
    if (!schema) {
      const names = Object.keys(schemas).join(", ");
      return refuse(`unknown option ${name} is ${show(value)}; expected one of ${names}`);
    }
    if (value !== undefined) schema(value, name, refuse);
    return value !== undefined;
  });
}
