// Files for one test, by name.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "./temporary-folder.ts";

/** Writes the files into a folder for this test; returns what turns a name into its path. */
export async function putFiles(
  t: TestContext,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<(name: string) => string> {
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return (name) => join(folder, name);
}
