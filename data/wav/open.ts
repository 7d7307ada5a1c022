// Opens .wav files as windows of samples, streamed by byte ranges.
import { basename } from "node:path";
import type { Dataset } from "../dataset.ts";
import { BadItemError, EmptyDatasetError } from "../errors.ts";
import { openFile } from "../file.ts";
import { checkSpan } from "../memory.ts";
import {
  type CommonOptions,
  commonKinds,
  type GivenOptions,
  type OptionKinds,
  readOptions,
  type SkipOptions,
  skipKinds,
  wholeNumber,
} from "../options.ts";
import { firstNonFinite } from "../range.ts";
import { FileRows } from "../rows/file-rows.ts";
import { survey } from "../survey.ts";
import { readWavHeader } from "./header.ts";
import { decodeSamples, sampleTypes } from "./samples.ts";

export interface WavOptions extends CommonOptions, SkipOptions {
  /** Frames of a window. Default 1024. */
  readonly window?: number;
  /** Frames from the beginning of a window to that of the next. Default: `window`, so that none overlap. */
  readonly hop?: number;
}

const kinds: OptionKinds<WavOptions> = {
  ...commonKinds,
  ...skipKinds,
  window: wholeNumber(1),
  hop: wholeNumber(1),
};

/**
 * Reads PCM of 8, 16, 24 or 32 bits and floats of 32 or 64. Items are float32 of shape `[window, channels]` in
 * [-1, 1]; what is left at the end and fills no window is not used.
 *
 * Throws `MissingFileError`, `FormatError`, `FileSizeError`, `DataOptionError`, `EmptyDatasetError` for a sound
 * shorter than a window, and `BadItemError` for a window with a sample that is NaN, when it is read.
 *
 * @example
 * const windows = await openWav("sound.wav", { window: 1024, hop: 512 });
 */
export async function openWav(path: string, options: WavOptions = {}): Promise<Dataset> {
  return openGiven(path, { ...options });
}

export async function openGiven(path: string, given: GivenOptions): Promise<Dataset> {
  const options = readOptions(path, kinds, given);
  const { handle, size } = await openFile(path, "a .wav file");
  try {
    const { type, channels, frames, offset, sampleRate } = await readWavHeader(handle, size, path);
    const { window = 1024, hop = window } = options;
    if (frames < window) {
      throw new EmptyDatasetError(
        path,
        `${frames} frames, less than a window of ${window}`,
        "a longer sound",
      );
    }
    const length = Math.floor((frames - window) / hop) + 1;
    const frameBytes = sampleTypes[type].bytes * channels;
    const layout = { offset, rowBytes: window * frameBytes, stride: hop * frameBytes };
    const rows = new FileRows(handle, path, layout);
    const decode = (bytes: Uint8Array, item: (row: number) => number) => {
      const samples = decodeSamples(bytes, type);
      const at = firstNonFinite(samples);
      if (at < 0) return samples;
      const name = `window ${item(Math.floor(at / (window * channels)))}`;
      const sample = at % (window * channels);
      throw new BadItemError(`${path}: ${name}`, name, `sample ${sample} is NaN`, "numbers in [-1, 1]");
    };
    const dataset: Omit<Dataset, "range"> = {
      name: options.name ?? basename(path),
      length,
      shape: [window, channels],
      dtype: "float32",
      sampleRate,
      ...(options.classNames && { classNames: options.classNames }),
      async read(start, end) {
        checkSpan(path, start, end, length);
        return decode(await rows.read(start, end), (row) => start + row);
      },
      async gather(indices) {
        for (const index of indices) checkSpan(path, index, index + 1, length);
        return decode(await rows.gather(indices), (row) => indices[row] as number);
      },
      close: () => rows.close(),
    };
    return await survey(dataset, { ...options, range: [-1, 1] });
  } catch (error) {
    await handle.close();
    throw error;
  }
}
