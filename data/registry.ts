// All kinds of sources, and the function that picks one: to add a kind, write its file and put it in `sources`.
import { resolve } from "node:path";
import { csv } from "./csv/index.ts";
import type { CsvOptions } from "./csv/open.ts";
import type { Dataset } from "./dataset.ts";
import { EmptyDatasetError, MissingFileError, UnknownSourceError } from "./errors.ts";
import type { Peek } from "./file.ts";
import { idx } from "./idx/index.ts";
import type { IdxOptions } from "./idx/open.ts";
import { glob } from "./images/glob.ts";
import { images } from "./images/index.ts";
import { list } from "./images/list.ts";
import type { ImageOptions } from "./images/open.ts";
import { mnist } from "./mnist.ts";
import { npy } from "./npy/index.ts";
import type { NpyOptions } from "./npy/open.ts";
import type { GivenOptions } from "./options.ts";
import { parquet } from "./parquet/index.ts";
import type { ParquetOptions } from "./parquet/open.ts";
import { locate } from "./query.ts";
import type { ItemSpec, Source } from "./source.ts";
import { speech } from "./speech.ts";
import { tar } from "./tar/index.ts";
import type { TarOptions } from "./tar/open.ts";
import { wav } from "./wav/index.ts";
import type { WavOptions } from "./wav/open.ts";

/** Asked in this order; the first that matches opens the spec. */
const sources: readonly Source[] = [mnist, speech, npy, parquet, csv, wav, tar, list, glob, idx, images];

/** How specs are written, one entry per kind of source. */
export const knownSources: readonly string[] = sources.map(({ usage }) => usage);

/** The options of all sources; each refuses those that are not its own. */
export type OpenOptions = IdxOptions &
  ImageOptions &
  NpyOptions &
  CsvOptions &
  ParquetOptions &
  WavOptions &
  TarOptions;

/**
 * Opens a dataset by its spec: `mnist` or `speech` (alone, with `:train` or with `:test`), a folder, glob, list or tar of
 * images, or the path of a `.npy`, `.parquet`, `.csv`, `.wav` or IDX file. Options can also be spelled after a `?`; those
 * given in code come before them. A path that exists as it is written is taken as it is.
 *
 * Throws `UnknownSourceError` (the message lists the known ones), `MissingFileError` for a path where nothing is,
 * `DataOptionError` for an option the source does not have, and what the source itself finds wrong; all are
 * `DataError`s. Call the dataset's `close`, where it has one, when done.
 *
 * @example
 * const dataset = await openSource("mnist:test");
 * const first = await dataset.read(0, 1); // Uint8Array of 784
 *
 * @example
 * await openSource("photos/?size=64x64&channels=1&skipBad");
 * await openSource("table.csv?label=class&columns=a,b");
 * await openSource("sound.wav", { window: 1024, hop: 512 });
 */
export async function openSource(spec: string, options: OpenOptions = {}): Promise<Dataset> {
  return open(spec, (_, query) => ({ ...query, ...options }));
}

/**
 * As {@link openSource}, for items that are read once, in order, by something that knows what they are to be: a table's
 * or folder's items are neither looked at beforehand nor kept, so that memory and the time to the first item do not
 * grow with their number. Bad items reject the `read` that meets them. Images are brought to the shape wanted unless
 * the spec says otherwise.
 */
export async function openToWalk(spec: string, items: ItemSpec, options: OpenOptions = {}): Promise<Dataset> {
  return open(spec, ({ walk }, query) => ({ ...walk?.(items), ...query, ...options }));
}

/**
 * The spec as it means the same in every working folder: paths are made absolute, those in its options included; names
 * and other options stay.
 */
export async function absoluteSpec(spec: string): Promise<string> {
  const { path, found, query } = await locate(spec);
  const { named = false, paths = [] } = sources.find((source) => source.matches(path, found)) ?? {};
  const place = named ? path : resolve(path);
  const isPath = (name: string, value: string) => paths.includes(name) && value !== "" && value !== "false";
  const options = Object.entries(query);
  if (!options.some(([name, value]) => isPath(name, value))) return place + spec.slice(path.length);
  const absolute = options.map(([name, value]) => [name, isPath(name, value) ? resolve(value) : value]);
  return `${place}?${new URLSearchParams(absolute)}`;
}

async function open(
  spec: string,
  optionsFor: (source: Source, query: GivenOptions) => GivenOptions,
): Promise<Dataset> {
  const { path, found, query } = await locate(spec);
  const source = sources.find((candidate) => candidate.matches(path, found));
  if (!source) throw unknown(path, found);
  const dataset = await source.open(path, optionsFor(source, query));
  if (dataset.length > 0) return dataset;
  await dataset.close?.();
  throw new EmptyDatasetError(dataset.name, "no item in it");
}

function unknown(path: string, found: Peek): Error {
  if (found.kind === "file") {
    const head = Array.from(found.head.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(
      " ",
    );
    return new UnknownSourceError(
      path,
      `no source reads a file that starts with bytes ${head || "(it is empty)"}`,
      knownSources,
    );
  }
  if (/[\\/.]/.test(path))
    return new MissingFileError(path, "no such file", `one of ${knownSources.join(", ")}`);
  return new UnknownSourceError(path, "no such source", knownSources);
}
