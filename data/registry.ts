// All kinds of sources, and the function that picks one: to add a kind, write its file and put it in `sources`.
import type { Dataset } from "./dataset.ts";
import { MissingFileError, UnknownSourceError } from "./errors.ts";
import { peek } from "./file.ts";
import { idx } from "./idx/index.ts";
import { mnist } from "./mnist.ts";
import type { OpenOptions, Source } from "./source.ts";

/** Asked in this order; the first that matches opens the spec. */
const sources: readonly Source[] = [mnist, idx];

/** How specs are written, one entry per kind of source. */
export const knownSources: readonly string[] = sources.map(({ usage }) => usage);

/**
 * Opens a dataset by its spec: `mnist`, `mnist:train`, `mnist:test` or the path of an IDX file.
 *
 * Throws `UnknownSourceError` (the message lists the known ones), `MissingFileError` for a path where nothing is,
 * and what the source itself finds wrong; all are `DataError`s.
 *
 * @example
 * const dataset = await openSource("mnist:test");
 * const first = await dataset.read(0, 1); // Uint8Array of 784
 */
export async function openSource(spec: string, options: OpenOptions = {}): Promise<Dataset> {
  const found = await peek(spec);
  const source = sources.find((candidate) => candidate.matches(spec, found));
  if (source) return source.open(spec, options);
  if (found.kind === "file") {
    const head = Array.from(found.head.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(
      " ",
    );
    throw new UnknownSourceError(
      spec,
      `no source reads a file that starts with bytes ${head || "(it is empty)"}`,
      knownSources,
    );
  }
  if (found.kind === "folder")
    throw new UnknownSourceError(spec, "no source reads this folder", knownSources);
  if (/[\\/.]/.test(spec))
    throw new MissingFileError(spec, "no such file", `one of ${knownSources.join(", ")}`);
  throw new UnknownSourceError(spec, "no such source", knownSources);
}
