// Opens tar archives of images, as WebDataset writes them: one pass over the headers finds every file, and an image is
// read where it lies when its turn comes.
import { open } from "node:fs/promises";
import { basename } from "node:path";
import type { Dataset, KeptColumn } from "../dataset.ts";
import { EmptyDatasetError, FormatError } from "../errors.ts";
import { openFile, readBytes } from "../file.ts";
import { type ImageFacts, type ImageOptions, imageKinds, openImagesAt } from "../images/open.ts";
import { LabelColumn } from "../labels.ts";
import { type GivenOptions, type KeepOptions, keepKinds, type OptionKinds, readOptions } from "../options.ts";
import { tarEntries } from "./entries.ts";
import { fileOf, type Sample, samplesOf } from "./samples.ts";

/** `keep`: extensions of files whose texts go along, such as `txt` and `json`. */
export interface TarOptions extends ImageOptions, KeepOptions {}

const kinds: OptionKinds<TarOptions> = { ...imageKinds, ...keepKinds };

/**
 * Samples in the archive's order; ids are their keys. Labels are the texts of `.cls` files, where the samples have them.
 *
 * Throws as `openImages`, and `FileSizeError` for an archive that is cut off.
 *
 * @example
 * const birds = await openTar("birds-000.tar", { size: [64, 64], channels: 3, keep: ["json"] });
 */
export async function openTar(path: string, options: TarOptions = {}): Promise<Dataset> {
  return openGiven(path, { ...options });
}

export async function openGiven(path: string, given: GivenOptions): Promise<Dataset> {
  const { keep = [], ...options } = readOptions(path, kinds, given);
  if (/gz$/i.test(path)) {
    throw new FormatError(
      path,
      "is compressed",
      "a plain .tar, whose files are read where they lie: gunzip it",
    );
  }
  const { handle, size } = await openFile(path, "a .tar archive");
  try {
    const keys: string[] = [];
    const spans: number[] = [];
    const labels = new LabelColumn(`${path}: .cls files`);
    const kept = keep.map((): number[] => []);
    let labelled = 0;
    const textOf = async ({ start, length }: { start: number; length: number }) =>
      Buffer.from(await readBytes(handle, start, length)).toString();
    for await (const sample of samplesOf(tarEntries(handle, size, path), path)) {
      keys.push(sample.key);
      spans.push(sample.image.start, sample.image.length);
      for (const [i, extension] of keep.entries()) kept[i]?.push(...spanOf(sample, extension, path));
      const cls = sample.others.get("cls");
      if (!cls) continue;
      labelled++;
      labels.add((await textOf(cls)).trim());
    }
    if (keys.length === 0) throw new EmptyDatasetError(path, "no image in it");
    if (labelled > 0 && labelled < keys.length) {
      throw new FormatError(
        path,
        `has .cls files in ${labelled} of ${keys.length} samples`,
        "one in all, or none",
      );
    }
    const facts: ImageFacts = {
      ...(labelled > 0 && labels.finish()),
      ...(keep.length > 0 && {
        kept: keep.map((name, i) => textColumn(path, name, Float64Array.from(kept[i] ?? []))),
      }),
    };
    const places = { folder: path, files: keys, spans: Float64Array.from(spans) };
    return await openImagesAt(places, facts, { name: basename(path), ...options });
  } finally {
    await handle.close();
  }
}

function spanOf(sample: Sample, extension: string, path: string): readonly [number, number] {
  const { start, length } = fileOf(sample, extension.toLowerCase(), path);
  return [start, length];
}

/** Texts of some files, which are read when they are asked for. */
function textColumn(path: string, name: string, spans: Float64Array): KeptColumn {
  return {
    name,
    type: "text",
    async read(start, end) {
      const handle = await open(path);
      try {
        const texts: string[] = [];
        for (let i = start; i < end; i++) {
          const bytes = await readBytes(handle, spans[2 * i] as number, spans[2 * i + 1] as number);
          texts.push(Buffer.from(bytes).toString());
        }
        return texts;
      } finally {
        await handle.close();
      }
    },
  };
}
