// The rows of a .csv file as texts, streamed, gunzipped where it is gzipped. Papa Parse does the parsing.
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ParseError } from "papaparse";
import { FormatError } from "../errors.ts";
import { openFile, readBytes } from "../file.ts";

/** Bytes handed to the parser at a time. */
const CHUNK = 1 << 18;
/** Chunks that may go by without the end of a row; the parser starts anew with each. */
const LONGEST = 64;

/** Some rows of a file; `first` is the number of the first of them, counted from 1. */
export type TakeRows = (rows: readonly (readonly string[])[], first: number) => Promise<void>;

/**
 * Calls `take` with all rows, empty ones included, each call after the one before has ended.
 *
 * Throws `MissingFileError`, `FormatError` for quotes that are not in order, and what `take` throws.
 *
 * @param delimiter empty to have it guessed among `,` `;` `|` and tab
 */
export async function readRows(path: string, delimiter: string, take: TakeRows): Promise<void> {
  const { default: papa } = await import("papaparse");
  let first = 1;
  let idle = 0;
  const check = async (rows: string[][], errors: readonly ParseError[]) => {
    const wrong = errors.find(({ type }) => type === "Quotes");
    if (wrong) {
      const wanted = 'cells in "quotes" as a whole, with "" for a quote inside';
      throw new FormatError(`${path}: row ${first + (wrong.row ?? 0)}`, wrong.message, wanted);
    }
    idle = rows.length > 0 ? 0 : idle + 1;
    if (idle > LONGEST) {
      const found = `does not end within ${(LONGEST * CHUNK) / 2 ** 20} MiB`;
      throw new FormatError(`${path}: row ${first}`, found, 'shorter rows (is a quote " not closed?)');
    }
    await take(rows, first);
    first += rows.length;
  };

  const { start, stream } = await openText(path);
  // Papa Parse would guess too, but counts an empty last line against every delimiter: two rows are too few for it.
  const guessed = delimiter || papa.parse(start, { preview: 20, skipEmptyLines: true }).meta.delimiter;
  try {
    await new Promise<void>((resolve, reject) => {
      let done = Promise.resolve();
      papa.parse<string[]>(stream, {
        delimiter: guessed,
        chunk({ data, errors }) {
          // The stream is held, not the parser: a parser that was paused drops the error of its last row.
          stream.pause();
          done = done.then(() => check(data, errors));
          done.then(() => stream.resume(), reject);
        },
        complete: () => done.then(resolve, reject),
        error: reject,
      });
    });
  } finally {
    stream.destroy();
  }
}

/** UTF-8 text without byte order mark, and its first chunk; a character is never cut in two. */
async function openText(path: string): Promise<{ start: string; stream: Readable }> {
  const { handle } = await openFile(path, "a .csv file");
  const [first, second] = await readBytes(handle, 0, 2);
  await handle.close();
  const text = chunks(path, first === 0x1f && second === 0x8b);
  const { value } = await text.next();
  const start = (value ?? "").replace(/^\ufeff/, "");
  const whole = async function* () {
    yield start;
    yield* text;
  };
  return { start, stream: Readable.from(whole()) };
}

async function* chunks(path: string, zipped: boolean): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const file = createReadStream(path, { highWaterMark: CHUNK });
  const unpacked = createGunzip({ chunkSize: CHUNK });
  file.on("error", (error) => unpacked.destroy(error));
  try {
    const bytes: AsyncIterable<Buffer> = zipped ? file.pipe(unpacked) : file;
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    const rest = decoder.decode();
    if (rest) yield rest;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FormatError(path, `cannot be read (${why})`, "a whole file, plain or in gzip");
  } finally {
    file.destroy();
    unpacked.destroy();
  }
}
