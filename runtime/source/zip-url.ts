// A zipped package behind a URL: fetched as a whole when its first file is asked for.
import { MAX_BYTES, type PackageFiles, type SourceOptions } from "./files.ts";
import { startDownload } from "./url.ts";
import { zipFiles } from "./zip.ts";

/** Progress is told under the zip's own name; its size is not known before its end. */
export function zipUrlFiles(
  { href, pathname }: URL,
  { onProgress, signal, maxBytes = MAX_BYTES }: SourceOptions,
): PackageFiles {
  const file = decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1));
  const download = async () => {
    const read = await startDownload(href, { wanted: "a zipped package", mayChange: true, signal });
    return zipFiles(await read(maxBytes, (loaded) => onProgress?.({ file, loaded, total: 0 })), href);
  };
  let zip: Promise<PackageFiles> | undefined;
  return {
    where: (name) => `${href}: ${name}`,
    async open(name, known) {
      zip ??= download();
      return (await zip).open(name, known);
    },
  };
}
