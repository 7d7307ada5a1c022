// What a kind of source has to say for itself to be in the registry.
import type { Dataset } from "./dataset.ts";
import type { Peek } from "./file.ts";
import type { GivenOptions } from "./options.ts";

export interface Source {
  /** How a spec of this kind is written, for messages and help. */
  readonly usage: string;
  /** Whether this spec (without its query) is of this kind; `found` is what lies at that path. */
  matches(spec: string, found: Peek): boolean;
  /** Reads its own options out of those given, and refuses others. */
  open(spec: string, given: GivenOptions): Promise<Dataset>;
}
