// The repository as tests that look at the whole project see it.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { root } from "../../scripts/repository.ts";

export { root };

const Dependencies = v.optional(v.record(v.string(), v.string()), {});

const Manifest = v.object({
  name: v.string(),
  version: v.string(),
  exports: v.record(v.string(), v.unknown()),
  imports: v.optional(v.record(v.string(), v.unknown()), {}),
  dependencies: Dependencies,
  peerDependencies: Dependencies,
  optionalDependencies: Dependencies,
});

export const manifest = v.parse(Manifest, JSON.parse(readRepositoryFile("package.json")));

/** What users import: `latentkit/data` and so on. */
export const publicEntries: readonly string[] = Object.keys(manifest.exports)
  .filter((entry) => entry !== "./package.json")
  .map((entry) => path.posix.join(manifest.name, entry));

/** Files in git and new files that git does not ignore, with `/` between folders. */
export function repositoryFiles(): readonly string[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"];
  const deleted = new Set(git(["ls-files", "--deleted", "-z"]));
  return git(list).filter((file) => !deleted.has(file));
}

export function readRepositoryFile(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

function git(args: readonly string[]): string[] {
  return execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
}
