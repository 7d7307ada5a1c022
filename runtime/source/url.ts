// A package behind a URL: its files are fetched one by one.
import { SourceError, UnreachableError } from "../errors.ts";
import { MANIFEST_FILE } from "../file-names.ts";
import type { PackageFiles, SourceOptions } from "./files.ts";

/** @param url of the folder, or of latentkit.json in it */
export function urlFiles(url: URL, { onProgress, signal }: SourceOptions): PackageFiles {
  const base = new URL(url);
  if (base.pathname.endsWith(`/${MANIFEST_FILE}`))
    base.pathname = base.pathname.slice(0, -MANIFEST_FILE.length);
  else if (!base.pathname.endsWith("/")) base.pathname += "/";
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
      const read = await startDownload(target, {
        wanted: `the package's ${name}`,
        mayChange: !known,
        signal,
      });
      const report = (loaded: number) => onProgress?.({ file: name, loaded, total: known?.bytes ?? 0 });
      return { bytes: (limit) => read(limit, report) };
    },
  };
}

interface DownloadOptions {
  /** What the address should give, for messages. */
  readonly wanted: string;
  /** What can change behind its name is asked for anew; files that are known are checked by hash anyway. */
  readonly mayChange: boolean;
  readonly signal: AbortSignal | undefined;
}

type ReadDownload = (limit: number, onChunk: (loaded: number) => void) => Promise<Uint8Array<ArrayBuffer>>;

/** Resolves when the server has answered that it has the file, with a function that reads the rest. */
export async function startDownload(
  target: string,
  { wanted, mayChange, signal }: DownloadOptions,
): Promise<ReadDownload> {
  const failed = (error: unknown) => fail(target, signal, error);
  const cache = mayChange ? "no-cache" : "default";
  const response = await fetch(target, { signal: signal ?? null, cache }).catch(failed);
  checkAnswer(response, target, wanted);
  return (limit, onChunk) => readBody(response, target, limit, onChunk).catch(failed);
}

function checkAnswer(response: Response, target: string, wanted: string): void {
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
}

async function readBody(
  response: Response,
  target: string,
  limit: number,
  onChunk: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    chunks.push(part.value);
    loaded += part.value.length;
    if (loaded > limit) {
      await reader?.cancel();
      throw new SourceError(`${target}: has more than ${limit} bytes; expected ${limit} at most`);
    }
    onChunk(loaded);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** What `fetch` throws names neither the address nor, in Node, the reason. */
function fail(target: string, signal: AbortSignal | undefined, error: unknown): never {
  signal?.throwIfAborted();
  if (error instanceof SourceError || !(error instanceof Error)) throw error;
  const { message, cause } = error;
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  throw new UnreachableError(`${target}: cannot be fetched (${reason}); expected a file of a package`);
}
