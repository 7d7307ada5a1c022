// `npm run soak:tests -- [tests]`: the tests, all or those named as for `npm run test:only`, on a machine that pauses at
// random moments. A test that then fails depends on what is quick. They take about twice as long as without pauses.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformWithOxc } from "vite";
import { runNode } from "../repository.ts";

const folder = await mkdtemp(join(tmpdir(), "latentkit-soak-"));
try {
  // As JavaScript: it comes before whatever else a process or a thread loads.
  const source = fileURLToPath(new URL("pauses.ts", import.meta.url));
  const { code } = await transformWithOxc(await readFile(source, "utf8"), source);
  const preload = join(folder, "pauses.mjs");
  await writeFile(preload, code);
  // All processes and threads that tests start have it as well.
  const { NODE_OPTIONS = "" } = process.env;
  process.env.NODE_OPTIONS = `${NODE_OPTIONS} --import=${pathToFileURL(preload)}`;
  process.exitCode = runNode(["--import", "tsx", "scripts/test.ts", "--only", ...process.argv.slice(2)])
    ? 0
    : 1;
} finally {
  await rm(folder, { recursive: true });
}
