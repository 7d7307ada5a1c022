// What a kind of source has to say for itself to be in the registry.
import type { Dataset } from "./dataset.ts";
import type { Peek } from "./file.ts";
import type { GivenOptions } from "./options.ts";

/** What the items of a source are to be, where somebody knows: a trained model does. */
export interface ItemSpec {
  /** Of one item. */
  readonly shape: readonly number[];
  readonly dtype: "uint8" | "float32";
  readonly range: readonly [number, number];
}

export interface Source {
  /** How a spec of this kind is written, for messages and help. */
  readonly usage: string;
  /** Specs of this kind are names, not paths. */
  readonly named?: true;
  /** Options whose values are paths, from the working folder. Default: none. */
  readonly paths?: readonly string[];
  /** Whether this spec (without its query) is of this kind; `found` is what lies at that path. */
  matches(spec: string, found: Peek): boolean;
  /** Reads its own options out of those given, and refuses others. */
  open(spec: string, given: GivenOptions): Promise<Dataset>;
  /**
   * Options for items that are read once, in order: none is kept for later or looked at before its turn. Default: none
   * are needed.
   */
  walk?(items: ItemSpec): GivenOptions;
}
