// A package behind a URL: its files are fetched one by one, a zip as a whole when its first file is asked for.
import { concat } from "../arrays.ts";
import { reasonOf, SourceError, UnreachableError } from "../errors.ts";
import type { PackageFile } from "../manifest.ts";
import { checkSize, type PackageFiles, type SourceOptions } from "./files.ts";
import { zipFiles } from "./zip.ts";

/** @param url of the folder, of latentkit.json in it, or of a zip: its path ends in .zip */
export function urlFiles(url: URL, { onProgress, signal, maxBytes }: SourceOptions): PackageFiles {
  const { href, pathname } = url;

  /**
   * @param wanted what the address should give, for messages
   * @param file what progress is told under
   */
  async function download(
    target: string,
    wanted: string,
    limit: number | undefined,
    file: string,
    known?: PackageFile,
  ) {
    const chunks: Uint8Array[] = [];
    let loaded = 0;
    const refuse = (reason: string) => {
      throw new SourceError(`${target}: ${reason}; expected ${wanted}`);
    };
    const unreachable = (error: unknown) => {
      signal?.throwIfAborted();
      // What `fetch` throws names neither the address nor, in Node, the reason.
      const { cause } = Object(error);
      const why = reasonOf(error) + (cause ? `: ${reasonOf(cause)}` : "");
      throw new UnreachableError(`${target}: cannot be fetched (${why}); expected ${wanted}`);
    };
    const { ok, status, headers, body } = await fetch(target, {
      signal: signal ?? null,
      // What can change behind its name is asked for anew; files that are known are checked by hash anyway.
      cache: known ? "default" : "no-cache",
    }).catch(unreachable);
    const reader = body?.getReader();
    try {
      if (!ok) refuse(`the server answered ${status}`);
      if (headers.get("content-type")?.includes("text/html")) {
        refuse("is an HTML page, as servers may give where there is no such file");
      }
      for (;;) {
        const part = await reader?.read().catch(unreachable);
        if (!part?.value) break;
        chunks.push(part.value);
        loaded += part.value.length;
        checkSize(`${target}: has at least`, loaded, limit, known);
        onProgress?.({ file, loaded, total: known?.bytes ?? 0 });
      }
    } finally {
      // Nothing more is to come of what is not wanted.
      reader?.cancel().catch(() => undefined);
    }
    return concat(chunks, "uint8");
  }

  if (/\.zip$/i.test(pathname)) {
    const name = pathname.split("/").at(-1) as string;
    let zip: Promise<PackageFiles> | undefined;
    return {
      where: (name) => `${href}: ${name}`,
      async read(...file) {
        zip ??= download(href, "a zipped package", maxBytes, name).then((bytes) => zipFiles(bytes, href));
        return (await zip).read(...file);
      },
    };
  }
  const base = new URL(url);
  if (!/\/(latentkit\.json)?$/.test(pathname)) base.pathname += "/";
  const where = (name: string) => {
    const target = new URL(encodeURIComponent(name), base);
    // A query, such as a signature, goes along to every file.
    target.search = base.search;
    return target.href;
  };
  return {
    where,
    read: (name, limit, known) => download(where(name), `the package's ${name}`, limit, name, known),
  };
}
