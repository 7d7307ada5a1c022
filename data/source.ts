// What a kind of source has to say for itself to be in the registry.
import type { Dataset } from "./dataset.ts";
import type { Peek } from "./file.ts";

export interface OpenOptions {
  /** The dataset's name. Default: the source's own. */
  readonly name?: string;
  /** A file of labels, or false for none. Default: where the source usually has them. */
  readonly labels?: string | false;
  /** What the labels mean, by number. Default: the source's own. */
  readonly classNames?: readonly string[];
}

export interface Source {
  /** How a spec of this kind is written, for messages and help. */
  readonly usage: string;
  /** Whether this spec is of this kind; `found` is what lies at that path. */
  matches(spec: string, found: Peek): boolean;
  open(spec: string, options: OpenOptions): Promise<Dataset>;
}
