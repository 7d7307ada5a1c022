// Finds test files by hand: Node 20 does not expand patterns given to `node --test`.

import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

const SUFFIX = ".test.ts";

/**
 * Test files under `root`, sorted, as paths relative to it. Each pattern is a test file, a folder, or a part of
 * test files' paths; without patterns, all files of `test/`.
 */
export function findTestFiles(root: string, patterns: readonly string[]): string[] {
  const found = new Set(
    patterns.length === 0 ? below(root, "test") : patterns.flatMap((p) => match(root, p)),
  );
  return [...found].sort();
}

function match(root: string, pattern: string): string[] {
  const relative = path.relative(root, path.resolve(root, pattern));
  const full = path.join(root, relative);
  const files = !existsSync(full)
    ? below(root, "test").filter((file) => file.includes(pattern))
    : statSync(full).isDirectory()
      ? below(root, relative)
      : [relative];
  if (files.length === 0)
    throw new Error(`no test files for "${pattern}": expected a file, a folder or a part of a path`);
  return files;
}

function below(root: string, folder: string): string[] {
  const full = path.join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => path.join(folder, file));
}
