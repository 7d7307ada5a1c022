// A folder for one test, or for the tests of a file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "./file-scope.ts";

/** Removed afterwards. */
export async function temporaryFolder(t: Scope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latentkit-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
