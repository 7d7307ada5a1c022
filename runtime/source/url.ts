// A package behind a URL: its files are fetched one by one, a zip as a whole when its first file is asked for.
import { concat } from "../arrays.ts";
import { SourceError, UnreachableError } from "../errors.ts";
import { MANIFEST_FILE } from "../file-names.ts";
import { MAX_BYTES, type PackageFiles, type SourceOptions } from "./files.ts";

/** @param url of the folder, of latentkit.json in it, or of a zip: its path ends in .zip */
export function urlFiles(url: URL, options: SourceOptions): PackageFiles {
  if (/\.zip$/i.test(url.pathname)) return zippedFiles(url, options);
  const { onProgress, signal } = options;
  const base = new URL(url);
  if (!base.pathname.endsWith(`/${MANIFEST_FILE}`) && !base.pathname.endsWith("/")) base.pathname += "/";
  /** A query, such as a signature, goes along to every file. */
  const urlOf = (name: string) => {
    const target = new URL(encodeURIComponent(name), base);
    target.search = base.search;
    return target.href;
  };

  return {
    where: urlOf,
    async open(name, known) {
      const target = urlOf(name);
      const read = await startDownload(target, `the package's ${name}`, !known, signal);
      const report = (loaded: number) => onProgress?.({ file: name, loaded, total: known?.bytes ?? 0 });
      return { bytes: (limit) => read(limit, report) };
    },
  };
}

/** Progress is told under the zip's own name; its size is not known before its end. */
function zippedFiles(
  { href, pathname }: URL,
  { onProgress, signal, maxBytes = MAX_BYTES }: SourceOptions,
): PackageFiles {
  const file = pathname.slice(pathname.lastIndexOf("/") + 1);
  const download = async () => {
    const read = await startDownload(href, "a zipped package", true, signal);
    const bytes = await read(maxBytes, (loaded) => onProgress?.({ file, loaded, total: 0 }));
    return (await import("./given.ts")).zipFiles(bytes, href);
  };
  let zip: Promise<PackageFiles> | undefined;
  return {
    where: (name) => `${href}: ${name}`,
    async open(name) {
      zip ??= download();
      return (await zip).open(name);
    },
  };
}

type ReadDownload = (limit: number, onChunk: (loaded: number) => void) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Resolves when the server has answered that it has the file, with a function that reads the rest.
 *
 * @param wanted what the address should give, for messages
 * @param mayChange what can change behind its name is asked for anew; files that are known are checked by hash anyway
 */
async function startDownload(
  target: string,
  wanted: string,
  mayChange: boolean,
  signal: AbortSignal | undefined,
): Promise<ReadDownload> {
  const failed = (error: unknown) => fail(target, signal, error);
  const cache = mayChange ? "no-cache" : "default";
  const response = await fetch(target, { signal: signal ?? null, cache }).catch(failed);
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw new SourceError(`${target}: the server answered ${status}; expected ${wanted}`);
  }
  if (response.headers.get("content-type")?.includes("text/html")) {
    throw new SourceError(
      `${target}: is an HTML page; expected ${wanted}. ` +
        "Many servers answer with their start page where there is no such file",
    );
  }
  return (limit, onChunk) => readBody(response, target, limit, onChunk).catch(failed);
}

async function readBody(
  { body }: Response,
  target: string,
  limit: number,
  onChunk: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    chunks.push(part.value);
    loaded += part.value.length;
    if (loaded > limit) {
      await reader?.cancel();
      throw new SourceError(`${target}: has more than ${limit} bytes; expected ${limit} at most`);
    }
    onChunk(loaded);
  }
  return concat(chunks, Uint8Array);
}

/** What `fetch` throws names neither the address nor, in Node, the reason. */
function fail(target: string, signal: AbortSignal | undefined, error: unknown): never {
  signal?.throwIfAborted();
  if (error instanceof SourceError || !(error instanceof Error)) throw error;
  const { message, cause } = error;
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  throw new UnreachableError(`${target}: cannot be fetched (${reason}); expected a file of a package`);
}
