// A process that is killed while it exports leaves shards that are whole; the next one ends with the same set.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { slowEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../helpers/tiny-images.ts";

const program = fileURLToPath(new URL("exporting.ts", import.meta.url));

/** Kills with SIGKILL when it has told so many events of this type; never where that is infinite. */
async function exportAndKill(
  args: readonly string[],
  type: string,
  after: number,
): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on("close", (_, signal) => resolve(signal)),
  );
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === type && ++seen === after) child.kill("SIGKILL");
  }
  return ended;
}

async function tablesOf(out: string): Promise<Record<string, string>> {
  const names = (await readdir(out)).filter((name) => /jsonl$|^(features|plan)\.json$/.test(name)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(out, name), "utf8")])),
  );
}

test("killed twice, it ends with the tables of an unbroken export", async (t) => {
  const folder = await temporaryFolder(t);
  const images = await writeTinyImages(folder, 120);
  const model = await writeTinyPackage(join(folder, "package"), { encoder: slowEncoder(1) });
  const [whole, broken] = [join(folder, "whole"), join(folder, "broken")];
  assert.equal(await exportAndKill([model, images, whole], "shard", Number.POSITIVE_INFINITY), null);

  assert.equal(await exportAndKill([model, images, broken], "shard", 1), "SIGKILL");
  // Inference threads may finish a later shard first.
  const shardsOf = async () => (await readdir(broken)).filter((name) => /^part-\d+\.json$/.test(name)).length;
  const after = await readdir(broken);
  const first = await shardsOf();
  assert.ok(first >= 1 && !after.includes("features.json"), after.join());
  assert.equal(await exportAndKill([model, images, broken], "shard", 2), "SIGKILL");
  const then = await readdir(broken);
  assert.ok((await shardsOf()) >= first + 2 && !then.includes("features.json"), then.join());
  assert.equal(await exportAndKill([model, images, broken], "shard", Number.POSITIVE_INFINITY), null);
  assert.deepEqual(await tablesOf(broken), await tablesOf(whole));
  assert.deepEqual((await readdir(broken)).sort(), (await readdir(whole)).sort());
});
