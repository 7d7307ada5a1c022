// A process that is killed while it exports leaves shards that are whole; the next one ends with the same set.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { slowEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../helpers/tiny-images.ts";

const program = fileURLToPath(new URL("exporting.ts", import.meta.url));

/** The signal that ends the program; null for none. */
async function endOf(...args: readonly string[]): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [, signal] = await once(child, "close");
  return signal;
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
  assert.equal(await endOf(model, images, whole), null);

  assert.equal(await endOf(model, images, broken, "shard", "1"), "SIGKILL");
  const shardsOf = async () => (await readdir(broken)).filter((name) => /^part-\d+\.json$/.test(name)).length;
  const after = await readdir(broken);
  const first = await shardsOf();
  assert.ok(after.includes("part-00000.json") && !after.includes("features.json"), after.join());
  assert.equal(await endOf(model, images, broken, "shard", "2"), "SIGKILL");
  const then = await readdir(broken);
  assert.ok((await shardsOf()) >= first + 2 && !then.includes("features.json"), then.join());
  assert.equal(await endOf(model, images, broken), null);
  assert.deepEqual(await tablesOf(broken), await tablesOf(whole));
  assert.deepEqual((await readdir(broken)).sort(), (await readdir(whole)).sort());
});
