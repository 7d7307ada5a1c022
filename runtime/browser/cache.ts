// Keeps a package's files in the browser (Cache API): a second visit fetches latentkit.json alone, and works offline.
import { UnreachableError } from "../errors.ts";
import type { PackageFile } from "../manifest.ts";
import { parseManifest } from "../manifest.ts";
import type { PackageFiles } from "../source/files.ts";
import { sha256 } from "../source/hash.ts";

const CACHE = "latentkit";

/** Never fetched: Cache API wants addresses as keys, and what has a hash is the same wherever it comes from. */
const hashKey = (file: PackageFile) => `https://sha256.latentkit.invalid/${file.sha256}`;

/** `files` as they are where the page has no Cache API (it is not served by https, or the browser forbids it). */
export async function cached(files: PackageFiles): Promise<PackageFiles> {
  const cache = await globalThis.caches?.open(CACHE).catch(() => undefined);
  return cache ? throughCache(files, cache) : files;
}

function throughCache(files: PackageFiles, cache: Cache): PackageFiles {
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
        // latentkit.json is asked for anew each time, so that a newer model is seen.
        const last = !known && error instanceof UnreachableError && (await find(files.where(name)));
        if (last) return last;
        throw error;
      }
    },
    async keep(name, bytes, known) {
      try {
        const key = known ? hashKey(known) : files.where(name);
        if (!known) await forgetOlder(cache, await find(key), bytes);
        await cache.put(key, new Response(bytes));
      } catch {
        // No room for it: the model runs all the same.
      }
    },
  };
}

/** Removes what the manifest of the same address listed before, and lists no more. */
async function forgetOlder(cache: Cache, before: Uint8Array | undefined, now: Uint8Array): Promise<void> {
  if (!before) return;
  const keys = (manifest: Uint8Array) =>
    parseManifest(new TextDecoder().decode(manifest), "cache").files.map(hashKey);
  const kept = new Set(keys(now));
  for (const key of keys(before)) if (!kept.has(key)) await cache.delete(key);
}
