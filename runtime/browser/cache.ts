// Keeps a package's files in the browser (Cache API): a second visit fetches latentkit.json alone, and works offline.
import { UnreachableError } from "../errors.ts";
import type { PackageFile } from "../manifest.ts";
import { parseManifest } from "../manifest.ts";
import type { PackageFiles } from "../source/files.ts";
import { sha256 } from "../source/hash.ts";

const CACHE = "latentkit";

/** Never fetched: Cache API wants addresses as keys, and what has a hash is the same wherever it comes from. */
const hashKey = (file: PackageFile) => `https://sha256.latentkit.invalid/${file.sha256}`;

/** What a manifest lists; nothing where there is none, or none for this version. */
function keysOf(manifest: Uint8Array | undefined): readonly string[] {
  try {
    return parseManifest(new TextDecoder().decode(manifest), CACHE).files.map(hashKey);
  } catch {
    return [];
  }
}

/** `files` as they are where the page has no Cache API (it is not served by https, or the browser forbids it). */
export async function cached(files: PackageFiles): Promise<PackageFiles> {
  const cache = await globalThis.caches?.open(CACHE).catch(() => undefined);
  if (!cache) return files;
  const find = async (key: string) => {
    const answer = await cache.match(key);
    return answer && new Uint8Array(await answer.arrayBuffer());
  };
  return {
    where: files.where,
    async read(name, limit, known) {
      const kept = known && (await find(hashKey(known)));
      if (kept && (await sha256(kept)) === known.sha256) return kept;
      try {
        return await files.read(name, limit, known);
      } catch (error) {
        // Without network: latentkit.json, which else is asked for anew so that a newer model is seen, as it last was.
        const last = !known && error instanceof UnreachableError && (await find(files.where(name)));
        if (last) return last;
        throw error;
      }
    },
    async keep(name, bytes, known) {
      const key = known ? hashKey(known) : files.where(name);
      try {
        // What the manifest of the same address listed before, and lists no more: it makes room.
        for (const old of known ? [] : keysOf(await find(key)))
          if (!keysOf(bytes).includes(old)) await cache.delete(old);
        await cache.put(key, new Response(bytes));
      } catch {
        // No room for it: the model runs all the same.
      }
    },
  };
}
